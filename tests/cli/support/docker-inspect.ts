/** What `docker container inspect` prints of a minikube node, shortened to the parts that tell who it is and what it publishes. */
export function inspectOutput(profile: string, ports: Readonly<Record<string, Binding>> = {}): string {
  const random = Object.fromEntries(
    // minikube publishes these of every node, on ports that docker chooses.
    Object.entries({ "22/tcp": "32773", "2376/tcp": "32772", "5000/tcp": "32771", "8443/tcp": "32769" }).map(
      ([port, hostPort]) => [port, [{ HostIp: "127.0.0.1", HostPort: hostPort }]],
    ),
  );
  const published = Object.fromEntries(Object.entries(ports).map(([port, binding]) => [port, binding && [binding]]));
  const container = {
    Id: "08fbf5b3b33e8f657b15dbf32ab6c381b3126f1590fb154975819900321a33be",
    Name: `/${profile}`,
    State: { Status: "running", Running: true, ExitCode: 0, Error: "" },
    HostConfig: {
      NetworkMode: profile,
      PortBindings: { ...random, "8443/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }], ...published },
      PublishAllPorts: false,
    },
    Config: {
      Labels: {
        "created_by.minikube.sigs.k8s.io": "true",
        "mode.minikube.sigs.k8s.io": profile,
        "name.minikube.sigs.k8s.io": profile,
        "role.minikube.sigs.k8s.io": "",
      },
    },
    NetworkSettings: {
      Ports: { ...random, ...published },
      IPAddress: "",
      Networks: { [profile]: { IPAMConfig: { IPv4Address: "192.168.49.2" }, IPAddress: "192.168.49.2" } },
    },
  };
  return JSON.stringify([container], undefined, 4);
}

/** A published port; null is what docker prints of one that is exposed and not published. */
type Binding = { readonly HostIp: string; readonly HostPort: string } | null;
