/** The profile that minikube itself takes where none is named. */
export const MINIKUBES_PROFILE = "minikube";
