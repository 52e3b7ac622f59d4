/*
 * The language host that can be built is older than Pulumi. Pulumi tells a host a project's options with each request; this one knows
 * them only as flags of its own. Without them it loads TypeScript's compiler at each start of a program, and compiles Pulumi's SDK anew.
 */

/** The name under which such a host lies beside the script. */
export const BUILT_HOST = "built-language-host";

/**
 * A script for /bin/sh that starts the host beside it with the options of the Pulumi.yaml in the working directory: `typescript: false`,
 * and `nodeargs` where it is written without quotes.
 */
export const HOST_SCRIPT = `#!/bin/sh
# Starts the language host with the options that it knows as flags.
typescript= nodeargs=
if [ -r Pulumi.yaml ]; then
  while read -r line || [ -n "$line" ]; do
    case $line in
      'typescript: false') typescript=-typescript=false ;;
      'nodeargs: '[!\\'\\"]*) nodeargs=-nodeargs=\${line#nodeargs: } ;;
    esac
  done <Pulumi.yaml
fi
exec "\${0%/*}/${BUILT_HOST}" \${typescript:+"$typescript"} \${nodeargs:+"$nodeargs"} "$@"
`;
