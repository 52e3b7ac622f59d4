type Annotated = { readonly metadata: { readonly annotations?: Readonly<Record<string, string>> } };

/** The Helm hook that an object is, such as `pre-upgrade`; Helm applies it apart from the release. */
export const hookOf = ({ metadata }: Annotated): string | undefined => metadata.annotations?.["helm.sh/hook"];

/** Whether Helm runs an object as a hook, such as a chart's test: it does its work, and serves nobody. */
export const isHook = (object: Annotated): boolean => hookOf(object) !== undefined;
