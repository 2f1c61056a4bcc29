using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using MicroExpNet.Vision;

namespace MicroExpNet.Server.Tests;

[Collection(nameof(RecognizeTests))]
[CollectionDefinition(nameof(RecognizeTests), DisableParallelization = true)]
public sealed class RecognizeTests : IAsyncLifetime
{
    private RunningService _service = null!;

    public async ValueTask InitializeAsync() => _service = await RunningService.StartAsync();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task A_picture_gives_the_object_that_predict_writes()
    {
        HttpResponseMessage response = await _service.PostAsync(Pictures.Sample, "?file=a%2Fb.png");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(ServerVersion.Value, Assert.Single(response.Headers.GetValues("MicroExpNet-Version")));
        JsonElement result = await JsonAsync(response);
        Assert.Equal(["file", "width", "height", "faces", "error"], Names(result));
        Assert.Equal(
            ("a/b.png", 512, 512),
            (result.GetProperty("file").GetString(), result.GetProperty("width").GetInt32(), result.GetProperty("height").GetInt32()));
        Assert.Equal(JsonValueKind.Null, result.GetProperty("error").ValueKind);

        JsonElement face = Assert.Single(result.GetProperty("faces").EnumerateArray());
        Assert.Equal(["box", "score", "eyes", "expression", "probability", "probabilities"], Names(face));
        Assert.Equal(ExpressionScores.Names, Names(face.GetProperty("probabilities")));
        using GrayPhoto photo = GrayPhoto.Load(Pictures.Sample, "sample");
        RecognizedFace expected = Assert.Single(new PhotoRecognizer(ExpressionRecognizer.Default, FaceDetector.Default).Recognize(photo));
        Assert.Equal(expected.Scores, face.GetProperty("probabilities").Deserialize<ExpressionScores>());
        Assert.Equal("happy", face.GetProperty("expression").GetString());
        JsonElement box = face.GetProperty("box");
        Assert.Equal(["x", "y", "width", "height"], Names(box));
        Assert.Equal(
            expected.Box, new FaceBox(
                box.GetProperty("x").GetInt32(), box.GetProperty("y").GetInt32(), box.GetProperty("width").GetInt32(),
                box.GetProperty("height").GetInt32()));
    }

    [Fact]
    public async Task A_large_picture_that_is_decoded_to_fewer_pixels_has_its_own_size_and_boxes()
    {
        FaceDetector detector = FaceDetector.Default.With(new FaceDetectorOptions { MinFace = 200 });
        await using RunningService service = await RunningService.StartAsync(new ServerOptions { Detector = detector });
        byte[] picture = Pictures.Repeated(columns: 1, pixels: 4);
        string path = Path.Join(Path.GetTempPath(), $"{Guid.NewGuid():N}.jpg");
        await File.WriteAllBytesAsync(path, picture, TestContext.Current.CancellationToken);
        RecognizedFace expected = Assert.Single(new PhotoRecognizer(ExpressionRecognizer.Default, detector).RecognizeFile(path));
        File.Delete(path);

        JsonElement result = await JsonAsync(await service.PostAsync(picture));

        Assert.Equal((2048, 2048), (result.GetProperty("width").GetInt32(), result.GetProperty("height").GetInt32()));
        JsonElement face = Assert.Single(result.GetProperty("faces").EnumerateArray());
        Assert.Equal(expected.Box!.Value.X, face.GetProperty("box").GetProperty("x").GetInt32());
        Assert.InRange(expected.Box.Value.X, 4 * 160, 4 * 180);
        Assert.Equal(expected.Scores, face.GetProperty("probabilities").Deserialize<ExpressionScores>());
    }

    [Fact]
    public async Task Of_many_faces_the_largest_are_recognised()
    {
        byte[] picture = Pictures.Repeated(columns: 3, pixels: 1);
        foreach (int most in new[] { 1, 2, 64 })
        {
            await using RunningService service = await RunningService.StartAsync(new ServerOptions { MaxFaces = most });
            JsonElement result = await JsonAsync(await service.PostAsync(picture));
            Assert.Equal(Math.Min(most, 3), result.GetProperty("faces").GetArrayLength());
        }
    }

    [Fact]
    public async Task The_whole_picture_is_a_face_without_a_box()
    {
        JsonElement result = await JsonAsync(await _service.PostAsync(Pictures.Sample, "?faces=whole"));
        JsonElement face = Assert.Single(result.GetProperty("faces").EnumerateArray());
        foreach (string name in new[] { "box", "score", "eyes" }) Assert.Equal(JsonValueKind.Null, face.GetProperty(name).ValueKind);
    }

    [Fact]
    public async Task A_form_gives_an_array_in_the_files_order_and_a_broken_file_fails_alone()
    {
        using MultipartFormDataContent form = new()
        {
            { new ByteArrayContent(Pictures.Sample), "a", "one.png" },
            { new ByteArrayContent("no picture"u8.ToArray()), "b", "two.txt" },
            { new ByteArrayContent(Pictures.Sample), "a", "Bücher & 3.png" },
        };
        HttpResponseMessage response = await PostAsync(form);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        JsonElement[] results = [.. (await JsonAsync(response)).EnumerateArray()];
        Assert.Equal(["one.png", "two.txt", "Bücher & 3.png"], results.Select(result => result.GetProperty("file").GetString()));
        Assert.Equal([1, 0, 1], results.Select(result => result.GetProperty("faces").GetArrayLength()));
        Assert.Equal(JsonValueKind.Null, results[1].GetProperty("width").ValueKind);
        Assert.Equal(
            "two.txt: not a picture; expected a JPEG, PNG, WebP, GIF or BMP picture", results[1].GetProperty("error").GetString());
        Assert.Equal(0, _service.Budget.Used);
    }

    [Fact]
    public async Task A_file_input_that_was_left_empty_is_passed_over()
    {
        const string part = "--x\r\nContent-Disposition: form-data; name=\"a\"; filename=";
        ByteArrayContent form = new([
            .. Encoding.ASCII.GetBytes($"{part}\"\"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n{part}\"a.png\"\r\n\r\n"),
            .. Pictures.Sample, .. "\r\n--x--\r\n"u8]);
        form.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");
        JsonElement results = await JsonAsync(await PostAsync(form));
        Assert.Equal("a.png", Assert.Single(results.EnumerateArray()).GetProperty("file").GetString());
    }

    [Fact]
    public async Task A_picture_whose_end_is_missing_is_answered_with_a_warning()
    {
        byte[] picture = Pictures.Repeated(columns: 1, pixels: 1);
        JsonElement result = await JsonAsync(await _service.PostAsync(picture[..(picture.Length * 95 / 100)]));
        Assert.Contains("the file is cut short; ", result.GetProperty("warning").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, result.GetProperty("error").ValueKind);
        Assert.Equal(1, result.GetProperty("faces").GetArrayLength());
    }

    [Theory]
    [InlineData("", 400, "the body is empty")]
    [InlineData("no picture", 422, "picture: not a picture; expected a JPEG")]
    public async Task A_body_that_is_no_picture_is_a_problem(string body, int status, string detail) =>
        await AssertProblemAsync(await _service.PostAsync(Encoding.ASCII.GetBytes(body)), status, detail);

    [Theory]
    [InlineData("?faces=some", "faces is 'some'; expected all, largest or whole")]
    [InlineData("?face=all", "there is no parameter 'face'; expected faces or file")]
    public async Task A_wrong_parameter_is_a_problem(string query, string detail) =>
        await AssertProblemAsync(await _service.PostAsync(Pictures.Sample, query), 400, detail);

    [Fact]
    public async Task A_decompression_bomb_is_refused_before_it_is_decoded()
    {
        byte[] bomb = Pictures.Bomb(30_000, 30_000);
        Assert.InRange(bomb.Length, 0, 200_000);
        long before = GC.GetTotalAllocatedBytes();
        await AssertProblemAsync(await _service.PostAsync(bomb), 422, "claims 30000×30000 pixels");
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 20_000_000);
    }

    [Fact]
    public async Task A_half_picture_is_a_problem() =>
        await AssertProblemAsync(await _service.PostAsync(Pictures.Sample[..20_000]), 422, "cut short");

    [Fact]
    public async Task Broken_forms_are_problems()
    {
        ByteArrayContent none = new([]);
        none.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data");
        await AssertProblemAsync(await PostAsync(none), 400, "multipart/form-data without a boundary; let the HTTP client set the header");
        ByteArrayContent cut = new("--x\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\nabc"u8.ToArray());
        cut.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");
        await AssertProblemAsync(await PostAsync(cut), 400, "the form is broken or cut short");
        ByteArrayContent mixed = new("--x--"u8.ToArray());
        mixed.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/mixed; boundary=x");
        await AssertProblemAsync(await PostAsync(mixed), 415, "the body is multipart, but no form");
        using MultipartFormDataContent field = new() { { new StringContent("a"), "name" } };
        await AssertProblemAsync(await PostAsync(field), 400, "the form's part 'name' is no file");
        ByteArrayContent empty = new("--x--\r\n"u8.ToArray());
        empty.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");
        await AssertProblemAsync(await PostAsync(empty), 400, "the form has no file");
        Assert.Equal(0, _service.Budget.Used);
    }

    [Fact]
    public async Task A_compressed_body_is_a_problem()
    {
        ByteArrayContent body = new(Pictures.Sample);
        body.Headers.ContentEncoding.Add("gzip");
        await AssertProblemAsync(await PostAsync(body), 415, "the body has a content encoding");
    }

    [Fact]
    public async Task Wrong_paths_and_methods_are_problems()
    {
        using HttpResponseMessage nothing = await GetAsync("/v2/recognize");
        await AssertProblemAsync(nothing, 404, "there is nothing at /v2/recognize; /try lists what there is");
        using HttpResponseMessage get = await GetAsync("/v1/recognize");
        await AssertProblemAsync(get, 405, "GET is not answered at /v1/recognize; expected POST");
        using HttpResponseMessage stream = await GetAsync("/v1/stream");
        await AssertProblemAsync(stream, 426, "expected its handshake");
    }

    internal static async Task AssertProblemAsync(HttpResponseMessage response, int status, string? detail)
    {
        Assert.Equal((status, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        JsonElement problem = await JsonAsync(response);
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        if (detail is not null) Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    internal static async Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).RootElement;

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(property => property.Name);

    private Task<HttpResponseMessage> PostAsync(HttpContent content) =>
        _service.Client.PostAsync(new Uri("/v1/recognize", UriKind.Relative), content, TestContext.Current.CancellationToken);

    private Task<HttpResponseMessage> GetAsync(string path) =>
        _service.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
}
