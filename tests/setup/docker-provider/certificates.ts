import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A key, its certificate, and the certificate of the authority that signed it, as PEM texts. */
export interface Certificates {
  ca: string;
  cert: string;
  key: string;
}

/** Makes an authority and a certificate for 127.0.0.1, and writes them into a folder under docker's names. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  await mkdir(folder, { recursive: true });
  const openssl = (...args: string[]) => run("openssl", args, { cwd: folder });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  await openssl(
    "req",
    "-x509",
    ...key,
    "-days",
    "2",
    "-subj",
    "/CN=test authority",
    "-keyout",
    "ca-key.pem",
    "-out",
    "ca.pem",
  );
  await writeFile(join(folder, "names"), "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n");
  await openssl("req", ...key, "-subj", "/CN=docker", "-keyout", "key.pem", "-out", "request.pem");
  const sign = ["-CA", "ca.pem", "-CAkey", "ca-key.pem", "-CAcreateserial", "-days", "2", "-extfile", "names"];
  await openssl("x509", "-req", "-in", "request.pem", ...sign, "-out", "cert.pem");
  const read = (name: string) => readFile(join(folder, name), "utf8");
  return { ca: await read("ca.pem"), cert: await read("cert.pem"), key: await read("key.pem") };
}
