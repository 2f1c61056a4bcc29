#:sdk Microsoft.NET.Sdk.Web
#:project ../../src/MicroExpNet.Server
// The service's endpoints in an application of one's own, beside one that counts the happy faces of a picture.
//   dotnet run samples/gallery/web-service.cs -- --urls http://127.0.0.1:8080
//   curl --data-binary @samples/astronaut.png http://127.0.0.1:8080/happy
using Microsoft.AspNetCore.Mvc;
using MicroExpNet;
using MicroExpNet.Server;
using MicroExpNet.Vision;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
const int maxBodyBytes = 10_000_000;
PhotoLimits limits = new(20_000_000);                                                   // pixels: small files can hold many
builder.Services.AddMicroExpNet(new ServerOptions { MaxBodyBytes = maxBodyBytes });     // for the endpoints below /v1
builder.Services.AddSingleton(new PhotoRecognizer(ExpressionRecognizer.Default, FaceDetector.Default));
WebApplication app = builder.Build();
app.MapMicroExpNet("/v1");
app.MapPost("/happy", async (HttpRequest request, PhotoRecognizer recognizer, CancellationToken cancellationToken) =>
{
    try
    {
        using Photo photo = await Photo.LoadAsync(request.Body, "the body", limits, cancellationToken);
        return Results.Ok(recognizer.Recognize(photo).Count(face => face.Scores.Top == Expression.Happy));
    }
    catch (PhotoFormatException e)
    {
        return Results.Problem(e.Message, statusCode: StatusCodes.Status422UnprocessableEntity);
    }
    catch (BadHttpRequestException e)
    {
        return Results.Problem(e.Message, statusCode: e.StatusCode);
    }
}).WithMetadata(new RequestSizeLimitAttribute(maxBodyBytes));
app.Run();
