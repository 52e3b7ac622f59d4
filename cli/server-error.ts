import { UserError } from "../common/user-error.ts";

/** The context whose API server was asked, and the server's address without credentials, where it is known. */
type Asked = { readonly context: string; readonly cluster?: string };

/** Says of an answer of the API server that is a no what the user can do about it; other errors are returned as they are. */
export function answerError(error: unknown, asked: Asked): unknown {
  const { context } = asked;
  if (error instanceof UserError || !(error instanceof Error)) return error;
  const cause = { cause: error };
  const { statusCode } = error as { readonly statusCode?: unknown };
  if (typeof statusCode !== "number") return error;
  if (statusCode === 401) {
    return new UserError(
      `context ${context}: ${serverIn(asked)} does not know these credentials (401). Log in anew`,
      cause,
    );
  }
  if (statusCode === 403) {
    return new UserError(
      `context ${context}: ${error.message}. See what is needed: bin/lab watch KIND/NAME --print-rbac`,
      cause,
    );
  }
  // A proxy before the API server may answer with a whole page.
  const [said = ""] = error.message.split("\n");
  const next =
    statusCode === 429 || statusCode >= 500
      ? `That may pass: try again, or see how it is: kubectl --context ${context} get --raw /readyz?verbose`
      : `See what it serves: kubectl --context ${context} api-resources; or name another cluster: --context NAME`;
  return new UserError(
    `context ${context}: ${serverIn(asked)} answers HTTP ${statusCode}: ${said.slice(0, LONGEST_SAID)}. ${next}`,
    cause,
  );
}

const LONGEST_SAID = 300;
/** What undici and Node.js say of a connection that was not made, or broke. */
const NETWORK_TROUBLE = /^(UND_ERR_|ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|ERR_TLS|CERT_)/;

/** The same, and of an answer that does not come, where nobody but the API server is asked; of other errors nothing. */
export function refusedError(error: unknown, asked: Asked): unknown {
  const told = answerError(error, asked);
  if (told !== error || !(error instanceof Error)) return told;
  const { code } = error as { readonly code?: unknown };
  const isSilent = error.name === "TimeoutError" || (typeof code === "string" && NETWORK_TROUBLE.test(code));
  return isSilent ? silentError(error, asked) : error;
}

/** The same of any failed question to the API server, whatever kept it from being answered. */
export function clusterError(error: unknown, asked: Asked): unknown {
  const told = answerError(error, asked);
  return told !== error || error instanceof UserError || !(error instanceof Error) ? told : silentError(error, asked);
}

function silentError(error: Error, asked: Asked): UserError {
  const { context } = asked;
  const { code, message } = (error.cause ?? error) as Error & { readonly code?: unknown };
  // The code of a DOMException is a number that says nothing.
  const why = typeof code === "string" ? code : message;
  return new UserError(
    `context ${context}: ${serverIn(asked)} does not answer: ${why}. Ask it yourself: kubectl --context ${context} get --raw /readyz`,
    { cause: error },
  );
}

const serverIn = ({ cluster }: Asked): string => `the API server${cluster === undefined ? "" : ` ${cluster}`}`;
