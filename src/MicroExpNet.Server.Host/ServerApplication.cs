using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using Scalar.AspNetCore;

namespace MicroExpNet.Server.Host;

/// <summary>The program's web application: the service, its health, its metrics, its description, and the page.</summary>
internal static class ServerApplication
{
    private const int MaxConnections = 2000;

    private const string KestrelCategory = "Microsoft.AspNetCore.Server.Kestrel";
    private const string TryPath = "/try";
    private const string MetricsPath = "/metrics";

    // That page asks no other host, whatever its script wants.
    private const string TryPolicy =
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: " +
            "blob:; "
        + "font-src 'self' data:; connect-src 'self' data: blob:; media-src blob:; worker-src blob:; frame-ancestors 'none'";

    // A client that sends its head or body more slowly than this is cut off.
    private static readonly TimeSpan HeadTimeout = TimeSpan.FromSeconds(10);
    private static readonly MinDataRate MinRate = new(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(5));

    // What was accepted is answered before the program ends; an answer may take as long as a request may.
    private static readonly TimeSpan StopMargin = TimeSpan.FromSeconds(5);

    /// <summary>Builds the application.</summary>
    /// <param name="options">What the program was started with.</param>
    public static WebApplication Create(ProgramOptions options)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, ApplicationName = "mexp-server" });
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);

        // After a body that runs past its time, Kestrel fails to read the rest, with a stack for each. What the program fails at, the
        // handler of exceptions logs.
        builder.Logging.AddFilter(KestrelCategory, LogLevel.Critical).AddFilter(KestrelCategory + ".", LogLevel.Warning);

        // What keeps the program from starting is said in one line, by the command.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.WebHost.ConfigureKestrel(kestrel => Configure(kestrel, options));
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(
            host => host.ShutdownTimeout = options.Server.RequestTimeout + StopMargin);
        builder.Services.AddSingleton<IConnectionListenerFactory>(services => new DrainingListeners(
            ActivatorUtilities.CreateInstance<SocketTransportFactory>(services), services.GetRequiredService<IHostApplicationLifetime>()));
        builder.Services.AddMicroExpNet(options.Server);
        builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Explain);
        builder.Services.AddHostedService<Drain>();
        builder.Services.AddOpenApi("v1", openApi => ServiceDescription.Configure(openApi, options.Server.ApiKey is not null));
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(ServerMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddPrometheusExporter());

        WebApplication app = builder.Build();
        app.UseExceptionHandler();
        if (options.Server.ApiKey is null && !options.Listen.Any(ListenAddress.IsPublic)) app.Use(LocalVisitors.CheckAsync);
        app.Use((context, next) =>
        {
            if (context.Request.Path.StartsWithSegments(TryPath)) context.Response.Headers.ContentSecurityPolicy = TryPolicy;
            return next(context);
        });
        app.UseStatusCodePages();

        // Counts of faces say when somebody is there: whoever needs a key for pictures needs it for them.
        ServerEndpoint shared = app.Services.GetRequiredService<ServerEndpoint>();
        app.Use((context, next) =>
            context.Request.Path.StartsWithSegments(MetricsPath) ? shared.RunAsync(context, next) : next(context));
        app.MapMicroExpNet("/v1");
        app.MapHealthChecks("/healthz", Health(_ => false));
        app.MapHealthChecks("/readyz", Health(check => check.Tags.Contains(MicroExpNetServices.ReadyTag)));
        app.MapPrometheusScrapingEndpoint(MetricsPath);
        app.MapOpenApi("/openapi/{documentName}.json").AnswerHead();
        app.MapScalarApiReference(TryPath, page => page
            .WithTitle("MicroExpNet").WithOpenApiRoutePattern("/openapi/{documentName}.json")
            .DisableDefaultFonts().DisableTelemetry().DisableAgent().DisableMcp().HideDeveloperTools().HideClientButton())
            .AnswerHead();
        PageFiles.Map(app, options.PageFolder, options.Server.ApiKey is not null);
        return app;
    }

    // What routing refuses has no words of its own.
    private static void Explain(ProblemDetailsContext problem)
    {
        HttpContext context = problem.HttpContext;
        problem.ProblemDetails.Detail ??= context.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => $"there is nothing at {context.Request.Path}; {TryPath} lists what there is",
            StatusCodes.Status405MethodNotAllowed =>
                $"{context.Request.Method} is not answered at {context.Request.Path}; expected {context.Response.Headers.Allow}",
            _ => null,
        };
    }

    private static void Configure(KestrelServerOptions kestrel, ProgramOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        kestrel.Limits.RequestHeadersTimeout = HeadTimeout;
        kestrel.Limits.MinRequestBodyDataRate = MinRate;
        kestrel.Limits.MaxRequestBodySize = options.Server.MaxBodyBytes + 1;
        foreach (EndPoint address in options.Listen) kestrel.Listen(address);
    }

    // The version tells an operator what runs there.
    private static HealthCheckOptions Health(Func<Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckRegistration, bool> choose) =>
        new()
        {
            Predicate = choose,
            ResponseWriter = (context, report) =>
            {
                context.Response.ContentType = "application/json";
                context.Response.Headers[ServerVersion.Header] = ServerVersion.Value;
                return context.Response.WriteAsync(
                    $$"""{"status":"{{report.Status.ToString().ToLowerInvariant()}}","version":"{{ServerVersion.Value}}"}""");
            },
        };
}
