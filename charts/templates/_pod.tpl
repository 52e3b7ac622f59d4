{{/* The repository, in the registry that all charts of the release share. */}}
{{- define "online-inference.repository" -}}
{{- with (.Values.global).imageRegistry }}{{ . | trimSuffix "/" }}/{{ end }}{{ .Values.image.repository | default "online-inference" }}
{{- end }}

{{/* The image by its tag, in which no + is allowed either. */}}
{{- define "online-inference.taggedImage" -}}
{{- $release := ternary .Chart.AppVersion (include "online-inference.release" .) (include "online-inference.modelVolume" . | trim | ne "") }}
{{- $tag := .Values.image.tag | default ($release | replace "+" "_") -}}
{{ include "online-inference.repository" . }}:{{ include "online-inference.text" $tag }}
{{- end }}

{{/* Full reference of the image that pods run. */}}
{{- define "online-inference.image" -}}
{{- with .Values.image.digest -}}
{{ include "online-inference.repository" $ }}@{{ . }}
{{- else -}}
{{ include "online-inference.taggedImage" . }}
{{- end }}
{{- end }}

{{/* Room for the wait, the draining and the longest request before the kubelet kills, and 2 s more. */}}
{{- define "online-inference.graceSeconds" -}}
{{- if kindIs "invalid" .Values.terminationGracePeriodSeconds }}
{{- $sum := add 2 (.Values.preStopSeconds | default 0) }}
{{- range $name, $otherwise := dict "DRAIN_MS" 3000 "REQUEST_TIMEOUT_MS" 10000 }}
{{- $milliseconds := get ($.Values.config | default dict) $name }}
{{- if kindIs "invalid" $milliseconds | or (eq (toString $milliseconds) "") }}{{ $milliseconds = $otherwise }}{{ end }}
{{- $sum = add $sum (div (add $milliseconds 999) 1000) }}
{{- end }}
{{- $sum }}
{{- else }}
{{- int64 .Values.terminationGracePeriodSeconds }}
{{- end }}
{{- end }}

{{/* The account is always named: the API server keeps a copy of its name that no later manifest without it would take away. */}}
{{- define "online-inference.serviceAccount" -}}
{{- $account := .Values.serviceAccount | default dict }}
{{- $account.name | default (ternary (include "online-inference.fullname" .) "default" ($account.create | default false)) }}
{{- end }}

{{/* What pods may do, by default the restricted Pod Security Standard and no more, and as whom they pull images. */}}
{{- define "online-inference.podSecurity" -}}
serviceAccountName: {{ include "online-inference.serviceAccount" . | quote }}
automountServiceAccountToken: {{ (.Values.serviceAccount).automount | default false }}
enableServiceLinks: false
{{- with .Values.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with concat (.Values.imagePullSecrets | default list) ((.Values.global).imagePullSecrets | default list) | uniq }}
imagePullSecrets:
  {{- range . }}
  - name: {{ if kindIs "string" . }}{{ quote . }}{{ else }}{{ quote .name }}{{ end }}
  {{- end }}
{{- end }}
{{- end }}

{{/* As above, for its container. */}}
{{- define "online-inference.containerSecurity" -}}
{{- with .Values.securityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Requests and limits, without those that are null. */}}
{{- define "online-inference.resources" -}}
{{- $resources := dict }}
{{- range $kind, $quantities := .Values.resources }}
{{- with $quantities }}
{{- $texts := include "online-inference.texts" . | fromYaml }}
{{- if $texts }}{{ $resources = set $resources $kind $texts }}{{ end }}
{{- end }}
{{- end }}
{{- toYaml $resources }}
{{- end }}

{{/* Environment variables of the values; those that the chart itself sets are refused, for two of one name contradict each other. */}}
{{- define "online-inference.extraEnv" -}}
{{- range .Values.extraEnv }}
{{- if has .name (list "POD_NAME" "PORT" "MODEL_DIR" "RELEASE") }}
{{- fail (printf "extraEnv: got %s, allowed: variables that the chart does not set itself. Leave it out: the pods' port, name, release and model are the chart's" .name) }}
{{- end }}
{{- if hasKey ($.Values.config | default dict) .name }}
{{- fail (printf "extraEnv: got %s, allowed: variables that config does not have. Say --set config.%s=%v" .name .name (.value | default "…")) }}
{{- end }}
- name: {{ .name | quote }}
  {{- if .valueFrom }}
  valueFrom:
    {{- toYaml .valueFrom | nindent 4 }}
  {{- else }}
  value: {{ include "online-inference.text" (ternary "" .value (kindIs "invalid" .value)) | quote }}
  {{- end }}
{{- end }}
{{- end }}

{{/* Where the scheduler puts pods. */}}
{{- define "online-inference.placement" -}}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- include "online-inference.texts" . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- end }}

{{/* The volume with a model of one's own; empty where the image's own is served. */}}
{{- define "online-inference.modelVolume" -}}
{{- $model := .Values.model | default dict }}
{{- $given := list }}
{{- range $name := list "configMap" "image" "volume" }}
{{- if get $model $name }}{{ $given = append $given (printf "model.%s" $name) }}{{ end }}
{{- end }}
{{- if gt (len $given) 1 }}
{{- fail (printf "model: got %s, allowed: one of them. Leave the others out" (join " and " $given)) }}
{{- end }}
{{- if $model.configMap }}
configMap:
  name: {{ $model.configMap | quote }}
{{- else if $model.image }}
{{- if semverCompare "<1.31.0-0" .Capabilities.KubeVersion.Version }}
{{- fail (printf "model.image: got %s on Kubernetes %s, allowed: from 1.31 on, which has image volumes. Say --set model.configMap=<name>, or model.volume" $model.image .Capabilities.KubeVersion.Version) }}
{{- end }}
image:
  reference: {{ $model.image | quote }}
{{- else if $model.volume }}
{{- toYaml $model.volume }}
{{- end }}
{{- end }}
