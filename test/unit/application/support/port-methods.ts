// The methods of the ports, read from the code itself: whatever answers by a promise is a step that may fail.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const repository = join(__dirname, '../../../..');

/** The files with an interface `Ports` of what is connected to the product, and the ports that it names. */
const wiring = [
  'shared/application/use-cases.ts',
  ...readdirSync(join(repository, 'shared/messaging')).map((file) => `shared/messaging/${file}`),
];
const declarations = 'shared/application/ports.ts';

/** `port.method`, as the steps are called. */
export const methodsOfPorts = (): string[] => {
  const declared = interfacesIn(declarations);
  const methods = wiring.flatMap((file) =>
    (interfacesIn(file).get('Ports') ?? []).flatMap((member) => {
      if (!ts.isPropertySignature(member) || member.type === undefined) return [];
      const port = membersOf(member.type, declared);
      return port.filter(isStep).map(({ name }) => `${nameOf(member.name)}.${nameOf(name)}`);
    }),
  );
  return [...new Set(methods)].toSorted();
};

const interfacesIn = (file: string): Map<string, readonly ts.TypeElement[]> => {
  const text = readFileSync(join(repository, file), 'utf8');
  const { statements } = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  return new Map(statements.filter(ts.isInterfaceDeclaration).map(({ name, members }) => [name.text, members]));
};

const membersOf = (
  type: ts.TypeNode,
  declared: ReadonlyMap<string, readonly ts.TypeElement[]>,
): readonly ts.TypeElement[] => {
  if (ts.isTypeLiteralNode(type)) return type.members;
  return ts.isTypeReferenceNode(type) && ts.isIdentifier(type.typeName) ? (declared.get(type.typeName.text) ?? []) : [];
};

const isStep = (member: ts.TypeElement): boolean => {
  const answer = answerOf(member);
  return answer !== undefined && ts.isTypeReferenceNode(answer) && nameOf(answer.typeName) === 'Promise';
};

/** What it answers, be it written as a method or as a member that is a function. */
const answerOf = (member: ts.TypeElement): ts.TypeNode | undefined => {
  if (ts.isMethodSignature(member)) return member.type;
  if (!ts.isPropertySignature(member) || member.type === undefined) return undefined;
  return ts.isFunctionTypeNode(member.type) ? member.type.type : undefined;
};

const nameOf = (name: ts.Node | undefined): string => (name !== undefined && ts.isIdentifier(name) ? name.text : '');
