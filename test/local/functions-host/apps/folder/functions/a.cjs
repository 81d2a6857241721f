globalThis.loadedFirst = 'a.cjs';
