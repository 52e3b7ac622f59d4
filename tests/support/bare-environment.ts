/*
 * Unit tests see the environment of a shell in which nobody has evaluated `bin/lab env`, whatever shell they are started from. What
 * a test needs of it, it gives itself.
 */

const OF_THE_LAB = /^(?:PULUMI_|MINIKUBE_|ONLINE_INFERENCE_|LAB_CONTEXT$|HELM_KUBECONTEXT$)/;

for (const name of Object.keys(process.env)) if (OF_THE_LAB.test(name)) delete process.env[name];
