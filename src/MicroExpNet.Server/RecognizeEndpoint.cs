using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MicroExpNet.Vision;
using MicroExpNet.Vision.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace MicroExpNet.Server;

/// <summary><c>POST recognize</c>: a picture, or several as files of a form, in; their faces as JSON out.</summary>
internal sealed class RecognizeEndpoint(RecognitionService service, ServerOptions options, ByteBudget budget, ServerMetrics metrics)
{
    private const string DefaultName = "picture";
    private const int MaxNameLength = 255;
    private const int MaxBoundaryLength = 70;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        deadline.CancelAfter(options.RequestTimeout);
        bool isReceived = false;
        try
        {
            FaceSelection selection = ReadSelection(context.Request);
            CheckSize(context);
            CheckEncoding(context.Request);
            if (service.Gate.IsFull) throw Busy("all workers are busy and the queue is full");
            if (IsForm(context.Request, out string? boundary))
            {
                List<(string Name, ByteBuffer File)> files = [];
                try
                {
                    await ReadFilesAsync(context.Request, boundary, files, deadline.Token);
                    isReceived = true;
                    PictureJson[] results = await RecognizeAllAsync(files, selection, deadline.Token);
                    await WriteAsync(context, results, ResultJson.Readable.PictureJsonArray);
                }
                finally
                {
                    foreach ((_, ByteBuffer file) in files) file.Dispose();
                }
            }
            else
            {
                string name = ReadName(context.Request);
                PictureJson result;
                using (ByteBuffer file = new(budget, options.MaxBodyBytes))
                {
                    await ReadAsync(context.Request.Body, file, options.MaxBodyBytes, deadline.Token);
                    isReceived = true;
                    if (file.Length == 0)
                    {
                        throw new RequestFailure(StatusCodes.Status400BadRequest, "the body is empty; expected a picture");
                    }
                    result = await RecognizeAsync(file, name, selection, deadline.Token);
                }

                await WriteAsync(context, result, ResultJson.Readable.PictureJson);
            }
        }
        catch (BadHttpRequestException e)
        {
            throw InOwnWords(context, e);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw isReceived
                ? new RequestFailure(
                    StatusCodes.Status503ServiceUnavailable, $"not done within {options.RequestTimeout.TotalSeconds:0.#} s")
                {
                    RetryAfter = RetryAfter,
                }
                : new RequestFailure(
                    StatusCodes.Status408RequestTimeout, $"the body did not come within {options.RequestTimeout.TotalSeconds:0.#} s")
                {
                    ClosesConnection = true,
                };
        }
    }

    private static FaceSelection ReadSelection(HttpRequest request)
    {
        foreach (string name in request.Query.Keys)
        {
            if (name is not ("faces" or "file"))
            {
                throw new RequestFailure(StatusCodes.Status400BadRequest, $"there is no parameter '{name}'; expected faces or file");
            }
        }

        string faces = request.Query["faces"].ToString();
        return faces switch
        {
            "" or "all" => FaceSelection.All,
            "largest" => FaceSelection.Largest,
            "whole" => FaceSelection.Whole,
            _ => throw new RequestFailure(StatusCodes.Status400BadRequest, $"faces is '{faces}'; expected all, largest or whole"),
        };
    }

    private static string ReadName(HttpRequest request) =>
        request.Query["file"].ToString() is { Length: > 0 } name ? Cut(name) : DefaultName;

    // Half of a surrogate pair is no character.
    private static string Cut(string name) =>
        name.Length <= MaxNameLength ? name
        : name[..(char.IsHighSurrogate(name[MaxNameLength - 1]) ? MaxNameLength - 1 : MaxNameLength)];

    // Kestrel's own limit may be below the service's; a declared length is refused before a byte is read.
    private void CheckSize(HttpContext context)
    {
        if (context.Request.ContentLength > options.MaxBodyBytes) throw TooLong();
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = options.MaxBodyBytes + 1;
        }
    }

    private static void CheckEncoding(HttpRequest request)
    {
        string encoding = request.Headers.ContentEncoding.ToString();
        if (encoding.Length == 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)) return;
        throw new RequestFailure(
            StatusCodes.Status415UnsupportedMediaType, "the body has a content encoding; expected the picture or form as it is")
        {
            ClosesConnection = true,
        };
    }

    private static bool IsForm(HttpRequest request, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? boundary)
    {
        boundary = null;
        if (request.ContentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) != true) return false;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            throw new RequestFailure(
                StatusCodes.Status415UnsupportedMediaType, "the body is multipart, but no form; expected a picture or multipart/form-data")
            {
                ClosesConnection = true,
            };
        }

        if (!type.Boundary.HasValue)
        {
            throw new RequestFailure(
                StatusCodes.Status400BadRequest,
                "the content type is multipart/form-data without a boundary; let the HTTP client set the header, or name the boundary")
            {
                ClosesConnection = true,
            };
        }

        boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > MaxBoundaryLength)
        {
            throw new RequestFailure(
                StatusCodes.Status400BadRequest, $"the form's boundary has {boundary.Length} characters; expected 1 to {MaxBoundaryLength}")
            {
                ClosesConnection = true,
            };
        }

        return true;
    }

    private async Task ReadFilesAsync(
        HttpRequest request, string boundary, List<(string Name, ByteBuffer File)> files, CancellationToken cancellationToken)
    {
        long left = options.MaxBodyBytes;
        try
        {
            MultipartReader reader = new(boundary, request.Body);
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? disposition)
                    || !disposition.IsFileDisposition())
                {
                    if (await IsEmptyInputAsync(section, disposition, cancellationToken)) continue;
                    throw new RequestFailure(
                        StatusCodes.Status400BadRequest, $"the form's part '{FieldName(disposition)}' is no file; expected files alone");
                }

                if (files.Count == options.MaxFiles)
                {
                    throw new RequestFailure(
                        StatusCodes.Status413PayloadTooLarge, $"the form has more than {options.MaxFiles} files; expected fewer")
                    {
                        ClosesConnection = true,
                    };
                }

                // A browser sends the bare name in both; FileNameStar may hold letters that FileName cannot.
                string name = (
                    disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName))
                    .ToString();
                ByteBuffer file = new(budget, left);
                files.Add((name.Length == 0 ? DefaultName : Cut(name), file));
                await ReadAsync(section.Body, file, left, cancellationToken);
                left -= file.Length;
            }
        }
        catch (Exception e) when (e is InvalidDataException or (IOException and not (BadHttpRequestException or ConnectionResetException)))
        {
            throw new RequestFailure(
                StatusCodes.Status400BadRequest, "the form is broken or cut short; expected multipart/form-data with files")
            {
                ClosesConnection = true,
            };
        }

        if (files.Count == 0) throw new RequestFailure(StatusCodes.Status400BadRequest, "the form has no file; expected one or more");
    }

    // A browser sends a file input that was left empty as an empty file without a name.
    private static async Task<bool> IsEmptyInputAsync(
        MultipartSection section, ContentDispositionHeaderValue? disposition, CancellationToken cancellationToken) =>
        disposition is { FileName: { HasValue: true, Length: 0 } } && await section.Body.ReadAsync(new byte[1], cancellationToken) == 0;

    private static string FieldName(ContentDispositionHeaderValue? disposition) =>
        Cut(HeaderUtilities.RemoveQuotes(disposition?.Name ?? default).ToString());

    private async Task ReadAsync(Stream body, ByteBuffer file, long left, CancellationToken cancellationToken)
    {
        while (true)
        {
            Memory<byte> room = file.GetRoom();
            if (room.IsEmpty) throw Busy("too much is being received at once");
            int count = await body.ReadAsync(room, cancellationToken);
            if (count == 0) return;
            file.Advance(count);
            if (file.Length > left) throw TooLong();
        }
    }

    private async Task<PictureJson> RecognizeAsync(
        ByteBuffer file, string name, FaceSelection selection, CancellationToken cancellationToken)
    {
        if (!await service.Gate.TryEnterAsync(cancellationToken)) throw Busy("all workers are busy and the queue is full");
        try
        {
            using IDisposable memory = await service.ReserveAsync(file.Bytes, cancellationToken);
            return service.Recognize(file.Bytes, name, selection);
        }
        catch (PhotoFormatException e)
        {
            throw new RequestFailure(StatusCodes.Status422UnprocessableEntity, e.Message);
        }
        finally
        {
            service.Gate.Leave();
        }
    }

    // As in `mexp predict`, a file that cannot be read is a result too, and the others are still read.
    private async Task<PictureJson[]> RecognizeAllAsync(
        List<(string Name, ByteBuffer File)> files, FaceSelection selection, CancellationToken cancellationToken)
    {
        PictureJson[] results = new PictureJson[files.Count];
        for (int i = 0; i < results.Length; i++)
        {
            (string name, ByteBuffer file) = files[i];
            if (i > 0) await service.Gate.EnterAsync(cancellationToken);
            else if (!await service.Gate.TryEnterAsync(cancellationToken)) throw Busy("all workers are busy and the queue is full");
            try
            {
                using IDisposable memory = await service.ReserveAsync(file.Bytes, cancellationToken);
                results[i] = service.Recognize(file.Bytes, name, selection);
            }
            catch (PhotoFormatException e)
            {
                results[i] = new PictureJson { File = name, Width = null, Height = null, Faces = [], Error = e.Message };
            }
            finally
            {
                service.Gate.Leave();
            }

            file.Dispose();
        }

        return results;
    }

    private static async Task WriteAsync<T>(HttpContext context, T result, JsonTypeInfo<T> type)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(result, type);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json, context.RequestAborted);
    }

    // The web server's sentences name its own options.
    private RequestFailure InOwnWords(HttpContext context, BadHttpRequestException failure)
    {
        if (failure.StatusCode == StatusCodes.Status413PayloadTooLarge) return TooLong();
        string detail = failure.StatusCode == StatusCodes.Status408RequestTimeout
            ? $"the body comes too slowly; expected {Rate(context)}"
            : "the body is broken or cut short; expected it whole";
        return new RequestFailure(failure.StatusCode, detail) { ClosesConnection = true };
    }

    // Only the first version of HTTP has a rate of its own for each request.
    private static string Rate(HttpContext context) =>
        HttpProtocol.IsHttp11(context.Request.Protocol)
        && context.Features.Get<IHttpMinRequestBodyDataRateFeature>()?.MinDataRate is { } rate
            ? string.Create(CultureInfo.InvariantCulture, $"at least {rate.BytesPerSecond:#,0} bytes a second")
            : "it faster";

    private RequestFailure TooLong() => new(
        StatusCodes.Status413PayloadTooLarge, $"the body has more than {options.MaxBodyBytes:#,0} bytes; expected fewer")
    {
        ClosesConnection = true,
    };

    private RequestFailure Busy(string detail)
    {
        metrics.Rejected();
        return new RequestFailure(StatusCodes.Status429TooManyRequests, detail + "; try again later") { RetryAfter = RetryAfter };
    }
}
