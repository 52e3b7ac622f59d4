{{/*
What the values take from the Pod Security Standard *restricted*, a line for each. By its text, version 1.33
(https://kubernetes.io/docs/concepts/security/pod-security-standards/); the container's context goes before the pod's.
*/}}
{{- define "online-inference.weaknesses" -}}
{{- $pod := .Values.podSecurityContext | default dict }}
{{- $own := .Values.securityContext | default dict }}
{{- $both := deepCopy $pod }}
{{- range $name, $value := $own }}{{ $both = set $both $name $value }}{{ end }}
{{- if ne "false" (get $own "allowPrivilegeEscalation" | toString) }}
- securityContext.allowPrivilegeEscalation is not false
{{- end }}
{{- if get $own "privileged" }}
- securityContext.privileged is true
{{- end }}
{{- if not (get $both "runAsNonRoot") }}
- runAsNonRoot is not true
{{- end }}
{{- if and (hasKey $both "runAsUser") (not (kindIs "invalid" $both.runAsUser)) }}{{ if eq 0 (int64 $both.runAsUser) }}
- runAsUser is 0, which is root
{{- end }}{{ end }}
{{- if not (has ((get $both "seccompProfile" | default dict).type) (list "RuntimeDefault" "Localhost")) }}
- seccompProfile.type is not RuntimeDefault
{{- end }}
{{- $capabilities := get $own "capabilities" | default dict }}
{{- if not (has "ALL" ($capabilities.drop | default list)) }}
- securityContext.capabilities.drop lacks ALL
{{- end }}
{{- range $capabilities.add }}
{{- if ne . "NET_BIND_SERVICE" }}
- securityContext.capabilities.add has {{ . }}
{{- end }}
{{- end }}
{{- $volumes := .Values.extraVolumes | default list }}
{{- with (.Values.model).volume }}{{ $volumes = append $volumes (merge (dict "name" "model") .) }}{{ end }}
{{- range $volume := $volumes }}
{{- range $kind, $_ := omit $volume "name" }}
{{- if not (has $kind (list "configMap" "csi" "downwardAPI" "emptyDir" "ephemeral" "image" "persistentVolumeClaim" "projected" "secret")) }}
- the volume {{ $volume.name }} is a {{ $kind }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
