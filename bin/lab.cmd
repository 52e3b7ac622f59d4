@echo off
echo error: Windows itself has no docker and no minikube that the lab could use; it runs in WSL2. Once, in PowerShell: wsl --install 1>&2
echo Then in the Ubuntu that this brings, with Docker Desktop (Settings ^> Resources ^> WSL integration: on): 1>&2
echo   cd ~ ^&^& git clone URL ^&^& cd online-inference ^&^& bin/lab up pod 1>&2
echo The checkout belongs into the Linux file system: under /mnt/c everything is slow. 1>&2
exit /b 2
