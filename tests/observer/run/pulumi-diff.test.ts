import { expect, test } from "vitest";
import { withoutOutputs } from "../../../observer/run/pulumi-diff.ts";

const printed = `Updating (pod):
Rollout of Pod/online-inference: the Pod of v1 is deleted before that of v2 is created.
    ~ docker:index/image:Image: (update)
        [id=online-inference:v1-d0309bf52677]
      ~ imageName: "online-inference:v1-d0309bf52677" => "online-inference:v2-4e87a8aea2eb"
Building online-inference:v2-4e87a8aea2eb on tcp://192.168.49.2:2376
        --outputs:--
      ~ baseImageName : "online-inference:v1-d0309bf52677" => "online-inference:v2-4e87a8aea2eb"
      ~ context       : "service/build/v1" => "service/build/v2"
warning: Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503
    +-kubernetes:core/v1:Pod: (replace)
        [id=online-inference-pod/online-inference]
      ~ metadata: {
          ~ labels: {
              ~ app.kubernetes.io/version: "v1" => "v2"
            }
        }
        --outputs:--
      - apiVersion: "v1"
      - metadata  : {
          - labels           : {
              - app.kubernetes.io/version   : "v1"
            }

        }
    --outputs:--
    context  : "minikube"
  ~ images   : "online-inference:v1-d0309bf52677" => "online-inference:v2-4e87a8aea2eb"
Resources:
    ~ 1 updated
    +-1 replaced
`;

test("what a resource and the stack became goes, and what is changed in them stays", () => {
  expect(withoutOutputs(printed)).toBe(`Updating (pod):
Rollout of Pod/online-inference: the Pod of v1 is deleted before that of v2 is created.
    ~ docker:index/image:Image: (update)
        [id=online-inference:v1-d0309bf52677]
      ~ imageName: "online-inference:v1-d0309bf52677" => "online-inference:v2-4e87a8aea2eb"
Building online-inference:v2-4e87a8aea2eb on tcp://192.168.49.2:2376
warning: Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503
    +-kubernetes:core/v1:Pod: (replace)
        [id=online-inference-pod/online-inference]
      ~ metadata: {
          ~ labels: {
              ~ app.kubernetes.io/version: "v1" => "v2"
            }
        }
Resources:
    ~ 1 updated
    +-1 replaced
`);
});

test("an output without changes stays as it is", () => {
  const output = "Updating (pod):\nResources:\n    11 unchanged\n";
  expect(withoutOutputs(output)).toBe(output);
});
