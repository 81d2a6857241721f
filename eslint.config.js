import js from '@eslint/js';
import { importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Imports point inward. Each zone: what lives there, and what it may not see. */
const zones = [
  {
    target: './shared/domain',
    from: ['./shared', './functions', './local'],
    except: ['./domain'],
    message: 'The domain is plain TypeScript and imports nothing but itself.',
  },
  {
    target: './shared/application',
    from: './shared',
    except: ['./application', './domain'],
    message: 'A use case knows the domain and its ports; adapters are given to it.',
  },
  {
    target: './shared/adapters',
    from: './shared',
    except: ['./adapters', './contracts', './domain', './application'],
    message: 'An adapter knows the ports it makes real, the contracts of what travels, and the domain.',
  },
  {
    target: './shared/contracts',
    from: './shared',
    except: ['./contracts', './domain', './application'],
    message: 'A contract says how messages and events look; it knows what they carry and nothing else.',
  },
  {
    target: './shared/http',
    from: ['./shared/adapters', './shared/messaging', './shared/platform'],
    message: 'HTTP code calls use cases; only functions/main.ts sees adapters and platform.',
  },
  {
    target: './shared/messaging',
    from: ['./shared/adapters', './shared/http', './shared/platform'],
    message: 'Message code calls use cases; only functions/main.ts sees adapters and platform.',
  },
  {
    target: ['./functions/http', './functions/messages', './functions/timers', './functions/register.ts'],
    from: ['./shared/adapters', './shared/platform'],
    message: 'A trigger checks the shape and calls one use case; only functions/main.ts sees adapters and platform.',
  },
  {
    target: ['./shared', './functions'],
    from: './local',
    message: 'The product does not know the local cloud: endpoints and credentials are settings.',
  },
  {
    target: './local',
    from: ['./shared', './functions'],
    message: 'The local cloud speaks the services’ protocols; it does not know the product.',
  },
];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.local/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-default-export': 'error',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
    },
  },
  {
    files: ['test/**/*.ts', 'local/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
);
