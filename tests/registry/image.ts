import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { copyPrograms, makeFolder } from "../setup/docker-provider/folder.ts";

const PROGRAM = "/usr/bin/docker-registry";

/** Name of the image; it stays in the daemon that built it. */
export const REGISTRY_IMAGE = "online-inference-test-registry:v1";

/** A user of the registry. The plain password stands here alone, and in the tests that look for it. */
export const login = { username: "alice", password: "correct-horse-battery" };

/** The user's line in the password file. The registry accepts bcrypt alone. */
const HTPASSWD = "alice:$2b$05$tBo84Sn3XvpQR6npjzZFX.9WeC5nFQn4tnuD2APtsdvMNbcVIApiq\n";

const configuration = (address: string) => `version: 0.1
log: { accesslog: { disabled: false }, level: info }
storage: { filesystem: { rootdirectory: /data } }
http: { addr: "${address}" }
auth: { htpasswd: { realm: test, path: /htpasswd } }
`;

/** Makes an image of Debian's docker-registry and its libraries, in the daemon of `env`. */
export async function makeRegistryImage(env: Readonly<Record<string, string>>, address: string): Promise<void> {
  if (!existsSync(PROGRAM)) throw new Error(`This test needs ${PROGRAM}: apt-get install docker-registry`);
  const root = await makeFolder({ htpasswd: HTPASSWD, "config.yml": configuration(address) });
  try {
    await mkdir(join(root, "tmp"));
    await mkdir(join(root, "data"));
    await copyPrograms(root, [PROGRAM]);
    const archive = `${root}.tar`;
    await writeFile(archive, "");
    await execa("tar", ["--create", "--file", archive, "--owner=0", "--group=0", "--directory", root, "."]);
    const change = `ENTRYPOINT ["${PROGRAM}", "serve", "/config.yml"]`;
    await execa("docker", ["import", "--change", change, archive, REGISTRY_IMAGE], { env });
    await rm(archive);
  } finally {
    await rm(root, { recursive: true });
  }
}
