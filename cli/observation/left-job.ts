/** Where the Job that sends load is. */
export interface LoadJob {
  readonly context: string;
  readonly namespace: string;
  readonly name: string;
}

/** Tells why a load's Job was not removed, and how to do that. */
export const tellLeftJob = (note: (line: string) => void, job: LoadJob) => (why: string) => {
  note(`not removed: ${why}`);
  note(leftJob(job));
};

/** Says of a load's Job that was not removed how that is done. Its ConfigMap and its Secret go with it. */
export const leftJob = ({ context, namespace, name }: LoadJob): string =>
  `the load's Job may be left; this deletes it: kubectl --context ${context} -n ${namespace} delete job ${name} --ignore-not-found`;
