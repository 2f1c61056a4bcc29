# The service as a container: native code on a base without a shell or package manager, not as root.
#
#   docker build -t mexp-server .
#   docker run --rm --read-only --cap-drop ALL --memory 1g -p 127.0.0.1:8080:8080 mexp-server
#
# Options of mexp-server (docs/server.md) come after the image's name and replace --listen below.
FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
RUN apt-get update && apt-get install -y --no-install-recommends clang libturbojpeg zlib1g-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY .editorconfig global.json Directory.Build.props Directory.Build.targets Directory.Packages.props LICENSE THIRD-PARTY-NOTICES.md ./
COPY models models
COPY src src
ARG TARGETARCH=amd64
RUN case "$TARGETARCH" in amd64) rid=linux-x64 ;; arm64) rid=linux-arm64 ;; *) echo "no build for $TARGETARCH" >&2; exit 1 ;; esac \
 && dotnet publish src/MicroExpNet.Server.Host -r "$rid" -p:PublishAot=true -o /app \
 && dotnet publish src/MicroExpNet.Web -c Release -o /page \
 && mv /page/wwwroot /app/wwwroot \
 && cp -L /usr/lib/*-linux-gnu/libturbojpeg.so.0 /app/ && cp /usr/share/doc/libturbojpeg/copyright /app/libturbojpeg.txt

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled
COPY --from=build /app /app
USER $APP_UID
EXPOSE 8080
ENTRYPOINT ["/app/mexp-server"]
CMD ["--listen", "0.0.0.0:8080"]
