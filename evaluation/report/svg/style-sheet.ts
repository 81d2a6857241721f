/** Lines are told apart by colour and by dashes. The colours can be read on white and on near-black. */
export const strokes = [
  { colour: '#3b82c4', dashes: 'none' },
  { colour: '#d9822b', dashes: '7 3' },
  { colour: '#2f9e6e', dashes: '2 3' },
  { colour: '#b0569c', dashes: '9 3 2 3' },
  { colour: '#c2473d', dashes: '4 2' },
  { colour: '#8a8f98', dashes: 'none' },
  { colour: '#a08a1f', dashes: '7 3' },
  { colour: '#4aa3b5', dashes: '2 3' },
] as const;

/** Nothing is painted behind the plot: it takes the page's background, and the ink follows the reader's setting. */
export const styleSheet = `
text { font: 12px system-ui, sans-serif; fill: #3d444d; }
.title { font-size: 14px; font-weight: 600; }
.axis { stroke: #6e7781; fill: none; }
.grid { stroke: #6e7781; stroke-opacity: 0.25; fill: none; }
@media (prefers-color-scheme: dark) { text { fill: #d1d7e0; } .axis, .grid { stroke: #9198a1; } }
`;
