{{/* Name of all objects: one release makes one of each kind, so that its own name is enough. */}}
{{- define "online-inference.fullname" -}}
{{ .Values.fullnameOverride | default .Release.Name }}
{{- end }}

{{/* Release of the service. */}}
{{- define "online-inference.release" -}}
{{ .Values.release | default .Chart.AppVersion }}
{{- end }}

{{/* The image by its tag. */}}
{{- define "online-inference.taggedImage" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default (include "online-inference.release" .) }}
{{- end }}

{{/* Full reference of the image that pods run. */}}
{{- define "online-inference.image" -}}
{{- with .Values.image.digest -}}
{{ $.Values.image.repository }}@{{ . }}
{{- else -}}
{{ include "online-inference.taggedImage" . }}
{{- end }}
{{- end }}

{{/* What tells this release's pods from all others; it cannot change while a Deployment lives. */}}
{{- define "online-inference.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Labels of pods: nothing of the chart's version, which alone must not roll them. */}}
{{- define "online-inference.podLabels" -}}
{{ include "online-inference.selector" . }}
app.kubernetes.io/component: helm
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ include "online-inference.release" . }}
{{- end }}

{{/* Labels of all other objects. */}}
{{- define "online-inference.labels" -}}
{{ include "online-inference.podLabels" . }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* The service's environment; numbers come as floats, which would be printed as 1.048576e+06. */}}
{{- define "online-inference.config" -}}
{{- $data := dict }}
{{- range $name, $value := .Values.config }}
{{- $data = set $data $name (ternary $value ($value | int64 | toString) (kindIs "string" $value)) }}
{{- end }}
{{- toYaml $data }}
{{- end }}

{{/* Room for the wait, the draining and the longest request before the kubelet kills, and 2 s more. */}}
{{- define "online-inference.graceSeconds" -}}
{{- $seconds := list .Values.preStopSeconds 2 }}
{{- range list .Values.config.DRAIN_MS .Values.config.REQUEST_TIMEOUT_MS }}
{{- $seconds = append $seconds (div (add . 999) 1000) }}
{{- end }}
{{- $sum := 0 }}
{{- range $seconds }}{{ $sum = add $sum . }}{{ end }}
{{- $sum }}
{{- end }}

{{/* What a pod may do: the restricted Pod Security Standard, and no more. */}}
{{- define "online-inference.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  # Numbers, because the kubelet cannot tell whether a user's name means root.
  runAsUser: 65532
  runAsGroup: 65532
  seccompProfile:
    type: RuntimeDefault
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* As above, for its container. */}}
{{- define "online-inference.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end }}
