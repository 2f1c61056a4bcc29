#:sdk Microsoft.NET.Sdk.Web
#:project ../../src/MicroExpNet.Server
// The service's endpoints in an application of one's own, beside one that counts the happy faces of a picture.
//   dotnet run samples/gallery/web-service.cs -- --urls http://127.0.0.1:8080
//   curl --data-binary @samples/astronaut.png http://127.0.0.1:8080/happy
using MicroExpNet;
using MicroExpNet.Server;
using MicroExpNet.Vision;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddMicroExpNet(new ServerOptions { MaxBodyBytes = 10_000_000 });
builder.Services.AddSingleton(new PhotoRecognizer(ExpressionRecognizer.Default, FaceDetector.Default));
WebApplication app = builder.Build();
app.MapMicroExpNet("/v1");
app.MapPost("/happy", async (HttpRequest request, PhotoRecognizer recognizer, CancellationToken cancellationToken) =>
{
    try
    {
        using Photo photo = await Photo.LoadAsync(request.Body, "the body", cancellationToken: cancellationToken);
        return Results.Ok(recognizer.Recognize(photo).Count(face => face.Scores.Top == Expression.Happy));
    }
    catch (PhotoFormatException e)
    {
        return Results.Problem(e.Message, statusCode: StatusCodes.Status422UnprocessableEntity);
    }
});
app.Run();
