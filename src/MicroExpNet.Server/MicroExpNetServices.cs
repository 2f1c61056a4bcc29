using MicroExpNet.Vision.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MicroExpNet.Server;

/// <summary>Adds the service to an application.</summary>
public static class MicroExpNetServices
{
    /// <summary>The tag of the health check that says whether requests should come.</summary>
    public const string ReadyTag = "ready";

    /// <summary>
    /// Adds what <see cref="MicroExpNetEndpoints.MapMicroExpNet"/> needs. The models are loaded when the application starts; a health check
    /// with the tag <see cref="ReadyTag"/> says when they are there. Counts are on the meter <c>MicroExpNet.Server</c>.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="options">The models and limits; the defaults if absent.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The service was added before.</exception>
    public static IServiceCollection AddMicroExpNet(this IServiceCollection services, ServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        options ??= new ServerOptions();
        options.Validate();
        if (services.Any(service => service.ServiceType == typeof(ServerOptions)))
        {
            throw new InvalidOperationException("AddMicroExpNet was called before; an application has one service, at any number of paths");
        }

        services.AddProblemDetails();
        services.AddMetrics();
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ResultJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(1, StreamJson.Default);
        });
        services.AddSingleton(options);
        services.AddSingleton(new WorkGate(options.Workers, options.QueueLength));
        services.AddSingleton(new PixelBudget(options.MaxPixels));
        services.AddSingleton(new ByteBudget(options.MaxBufferedBytes));
        services.AddSingleton(new StreamCount(options.MaxStreams));
        services.AddSingleton(new ApiKey(options.ApiKey));
        services.AddSingleton<ServerMetrics>();
        services.AddSingleton<RecognitionService>();
        services.AddSingleton<ServerEndpoint>();
        services.AddSingleton<RecognizeEndpoint>();
        services.AddSingleton<StreamEndpoint>();
        services.TryAddSingleton<WarmUp>();
        services.AddHostedService(provider => provider.GetRequiredService<WarmUp>());
        services.AddHealthChecks().AddCheck<ReadyCheck>("microexpnet", tags: [ReadyTag]);
        return services;
    }
}
