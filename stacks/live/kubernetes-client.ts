/*
 * What is needed of the Kubernetes client. A bundle leaves out the rest of it, a few megabytes, but only where names are imported: so
 * this file is what is loaded later, and not the package.
 */

export { AppsV1Api, CoreV1Api, KubeConfig, Observable } from "@kubernetes/client-node";
