using MicroExpNet.Vision.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MicroExpNet.Server;

/// <summary>Maps the service's endpoints.</summary>
public static class MicroExpNetEndpoints
{
    /// <summary>
    /// Maps <c>POST recognize</c> and the WebSocket <c>GET stream</c> below a prefix. Errors are problem details (RFC 9457).
    /// <see cref="MicroExpNetServices.AddMicroExpNet"/> must have been called.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="prefix">The prefix of both paths.</param>
    /// <returns>Both endpoints, for further conventions such as authorization.</returns>
    /// <exception cref="InvalidOperationException"><see cref="MicroExpNetServices.AddMicroExpNet"/> was not called.</exception>
    public static RouteGroupBuilder MapMicroExpNet(this IEndpointRouteBuilder endpoints, string prefix = "/v1")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prefix);
        IServiceProvider services = endpoints.ServiceProvider;
        ServerEndpoint shared = services.GetService<ServerEndpoint>() ?? throw new InvalidOperationException(
            "the service was not added; call builder.Services.AddMicroExpNet() before the application is built");
        RecognizeEndpoint recognize = services.GetRequiredService<RecognizeEndpoint>();
        StreamEndpoint stream = services.GetRequiredService<StreamEndpoint>();
        RouteGroupBuilder group = endpoints.MapGroup(prefix);

        // The method makes an endpoint one that OpenAPI describes; handlers that take the context alone are left out otherwise.
        group.MapPost("/recognize", context => shared.RunAsync(context, recognize.HandleAsync))
            .WithMetadata(((Delegate)recognize.HandleAsync).Method)
            .WithTags("MicroExpNet")
            .WithSummary("Recognises the expression of each face in a picture, or in several.")
            .WithDescription(
                "The body is a picture (JPEG, PNG, WebP, GIF or BMP; detected from its contents), and the answer an object; or it is a "
                + "form with one file or more, and the answer an array of such objects in the files' order.")
            .WithMetadata(
                new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(PictureJson), ["application/json"]))
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status408RequestTimeout)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        RequestDelegate sockets = endpoints.CreateApplicationBuilder().UseWebSockets().Use(Run(stream.HandleAsync)).Build();
        group.MapGet("/stream", context => shared.RunAsync(context, sockets))
            .WithMetadata(((Delegate)stream.HandleAsync).Method)
            .WithTags("MicroExpNet")
            .WithSummary("A WebSocket that takes frames and answers with the faces of each.")
            .WithDescription(
                "Each binary message is a frame: a picture file, or the letters GRAY, columns and rows as 16-bit little-endian numbers, "
                + "and the grey values. Each answer is a text message. Frames that come faster than they are recognised are skipped but "
                + "for the newest.")
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status101SwitchingProtocols))
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status426UpgradeRequired)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);

        // Over HTTP/2 a WebSocket begins with CONNECT (RFC 8441), which OpenAPI has no word for.
        group.MapMethods("/stream", [HttpMethods.Connect], context => shared.RunAsync(context, sockets)).ExcludeFromDescription();
        return group;
    }

    private static Func<RequestDelegate, RequestDelegate> Run(RequestDelegate handler) => _ => handler;
}
