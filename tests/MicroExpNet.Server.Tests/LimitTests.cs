using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace MicroExpNet.Server.Tests;

/// <summary>What clients cannot do to the service and to each other.</summary>
public sealed class LimitTests
{
    private const string Head = "POST /v1/recognize HTTP/1.1\r\nHost: localhost\r\n";

    [Fact]
    public async Task Ten_gigabytes_declared_are_refused_before_a_byte_is_read()
    {
        await using RunningService service = await RunningService.StartAsync();
        string answer = await service.SendRawAsync(Head + "Content-Length: 10000000000\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
        Assert.Contains("the body has more than 32,000,000 bytes", answer, StringComparison.Ordinal);
        Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_without_a_length_is_cut_off_at_the_limit()
    {
        await using RunningService service = await RunningService.StartAsync(new ServerOptions { MaxBodyBytes = 100_000 });
        string chunk = $"{60_000:x}\r\n{new string('a', 60_000)}\r\n";
        string answer = await service.SendRawAsync(Head + "Transfer-Encoding: chunked\r\n\r\n" + chunk + chunk);

        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"detail\":\"the body has more than 100,000 bytes; expected fewer\"", answer, StringComparison.Ordinal);
        using MultipartFormDataContent form = new()
        {
            { new ByteArrayContent(new byte[60_000]), "a", "a" },
            { new ByteArrayContent(new byte[60_000]), "b", "b" },
        };
        HttpResponseMessage response = await service.Client.PostAsync(
            new Uri("/v1/recognize", UriKind.Relative), form, TestContext.Current.CancellationToken);
        await RecognizeTests.AssertProblemAsync(response, 413, "the body has more than 100,000 bytes; expected fewer");
        Assert.Equal(0, service.Budget.Used);
    }

    [Fact]
    public async Task A_body_that_comes_too_slowly_is_told_how_fast_it_should_come()
    {
        await using RunningService service = await RunningService.StartAsync();
        string answer = await service.SendRawAsync(Head + "Content-Length: 200000\r\n\r\nabc");

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains(
            "\"detail\":\"the body comes too slowly; expected at least 1,024 bytes a second\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_broken_is_told_in_the_services_words()
    {
        await using RunningService service = await RunningService.StartAsync();
        string answer = await service.SendRawAsync(Head + "Transfer-Encoding: chunked\r\n\r\nno size\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"detail\":\"the body is broken or cut short; expected it whole\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_has_a_limited_number_of_files()
    {
        await using RunningService service = await RunningService.StartAsync(new ServerOptions { MaxFiles = 2 });
        using MultipartFormDataContent form = [];
        for (int i = 0; i < 3; i++) form.Add(new ByteArrayContent([1]), "a", "a");
        HttpResponseMessage response = await service.Client.PostAsync(
            new Uri("/v1/recognize", UriKind.Relative), form, TestContext.Current.CancellationToken);
        await RecognizeTests.AssertProblemAsync(response, 413, "the form has more than 2 files");
    }

    [Fact]
    public async Task Bodies_that_break_off_leave_nothing_held()
    {
        await using RunningService service = await RunningService.StartAsync();
        for (int i = 0; i < 20; i++)
        {
            await service.SendRawAsync(Head + "Content-Length: 200000\r\n\r\n" + new string('a', 100_000), closes: true);
        }

        Assert.Equal(HttpStatusCode.OK, (await service.PostAsync(Pictures.Sample)).StatusCode);
        await Eventually.TrueAsync(() => service.Budget.Used == 0, "all buffers are given back");
        Assert.Equal(0, service.Gate.Busy);
    }

    [Fact]
    public async Task A_client_that_leaves_within_its_body_is_no_fault_of_the_service()
    {
        await using RunningService service = await RunningService.StartAsync();
        foreach (Exception failure in new Exception[] { new ConnectionResetException("reset"), new ConnectionAbortedException() })
        {
            DefaultHttpContext context = new();
            Assert.False(context.RequestAborted.IsCancellationRequested);
            await service.Get<ServerEndpoint>().RunAsync(context, _ => Task.FromException(failure));
            Assert.Equal(StatusCodes.Status499ClientClosedRequest, context.Response.StatusCode);
        }

        IOException other = new("the disk is full");
        await Assert.ThrowsAsync<IOException>(
            () => service.Get<ServerEndpoint>().RunAsync(new DefaultHttpContext(), _ => Task.FromException(other)));
    }

    [Fact]
    public async Task Slow_clients_hold_no_worker_and_are_ended()
    {
        await using RunningService service = await RunningService.StartAsync(
            new ServerOptions { Workers = 1, QueueLength = 1, RequestTimeout = TimeSpan.FromSeconds(5) });
        Task<string>[] slow = [.. Enumerable.Range(0, 20).Select(_ => service.SendRawAsync(Head + "Content-Length: 200000\r\n\r\nabc"))];
        await Eventually.TrueAsync(() => service.Budget.Used > 0, "slow bodies are being received");
        for (int i = 0; i < 5; i++) Assert.Equal(HttpStatusCode.OK, (await service.PostAsync(Pictures.Sample)).StatusCode);
        foreach (string answer in await Task.WhenAll(slow)) Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Equal(0, service.Budget.Used);
    }

    [Fact]
    public async Task Many_large_bodies_cannot_fill_the_memory()
    {
        await using RunningService service = await RunningService.StartAsync(
            new ServerOptions { MaxBodyBytes = 400_000, MaxBufferedBytes = 1_600_000 });
        List<TcpClient> clients = [];
        try
        {
            byte[] part = Encoding.ASCII.GetBytes(Head + "Content-Length: 400000\r\n\r\n" + new string('a', 300_000));
            for (int held = 0; held < 2; held++)
            {
                TcpClient client = new();
                clients.Add(client);
                await client.ConnectAsync(IPAddress.Loopback, service.Uri.Port, TestContext.Current.CancellationToken);
                await client.GetStream().WriteAsync(part, TestContext.Current.CancellationToken);
                await Eventually.TrueAsync(() => service.Budget.Used >= clients.Count * 500_000, "a body is held");
            }

            string answer = await service.SendRawAsync(Head + "Content-Length: 400000\r\n\r\n" + new string('a', 400_000));
            Assert.StartsWith("HTTP/1.1 429 ", answer, StringComparison.Ordinal);
        }
        finally
        {
            foreach (TcpClient client in clients) client.Dispose();
        }

        await Eventually.TrueAsync(() => service.Budget.Used == 0, "all buffers are given back");
    }

    [Fact]
    public async Task Requests_beyond_the_queue_get_429_and_the_others_their_answers()
    {
        const int queue = 3, clients = 30;
        await using RunningService service = await RunningService.StartAsync(new ServerOptions { Workers = 2, QueueLength = queue });
        Task<HttpResponseMessage>[] requests;
        using (await service.HoldWorkersAsync(2))
        {
            requests = [.. Enumerable.Range(0, clients).Select(_ => service.PostAsync(Pictures.Sample))];
            await Eventually.TrueAsync(() => requests.Count(request => request.IsCompleted) == clients - queue, "the others are refused");
            Assert.Equal(queue, service.Gate.Waiting);
        }

        HttpResponseMessage[] answers = await Task.WhenAll(requests);
        Assert.Equal(queue, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        foreach (HttpResponseMessage answer in answers.Where(answer => answer.StatusCode != HttpStatusCode.OK))
        {
            await RecognizeTests.AssertProblemAsync(answer, 429, "the queue is full");
            Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter!.Delta);
        }
    }

    [Fact]
    public async Task A_request_that_waits_too_long_gets_503()
    {
        await using RunningService service = await RunningService.StartAsync(
            new ServerOptions { Workers = 1, RequestTimeout = TimeSpan.FromSeconds(0.3) });
        using IDisposable held = await service.HoldWorkersAsync(1);
        HttpResponseMessage answer = await service.PostAsync(Pictures.Sample);
        await RecognizeTests.AssertProblemAsync(answer, 503, "not done within 0.3 s");
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task What_was_accepted_is_answered_before_the_service_ends()
    {
        await using RunningService service = await RunningService.StartAsync(new ServerOptions { Workers = 1 });
        Task<HttpResponseMessage>[] requests;
        Task stop;
        using (await service.HoldWorkersAsync(1))
        {
            requests = [.. Enumerable.Range(0, 10).Select(_ => service.PostAsync(Pictures.Sample))];
            await Eventually.TrueAsync(() => service.Gate.Waiting == 10, "all requests wait");
            stop = service.StopAsync();
            await Task.Delay(200, TestContext.Current.CancellationToken);
            Assert.False(stop.IsCompleted);
        }

        foreach (HttpResponseMessage answer in await Task.WhenAll(requests)) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await stop;
    }

    [Fact]
    public async Task A_key_is_asked_for_where_one_is_set()
    {
        await using RunningService service = await RunningService.StartAsync(new ServerOptions { ApiKey = "s3cret" });
        await RecognizeTests.AssertProblemAsync(await service.PostAsync(Pictures.Sample), 401, "no key was sent");
        service.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "s3cre");
        HttpResponseMessage wrong = await service.PostAsync(Pictures.Sample);
        await RecognizeTests.AssertProblemAsync(wrong, 401, "the key is wrong");
        Assert.Equal("Bearer", Assert.Single(wrong.Headers.WwwAuthenticate).Scheme);
        service.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "s3cret");
        Assert.Equal(HttpStatusCode.OK, (await service.PostAsync(Pictures.Sample)).StatusCode);
        service.Client.DefaultRequestHeaders.Authorization = null;
        service.Client.DefaultRequestHeaders.Add("X-Api-Key", "s3cret");
        Assert.Equal(HttpStatusCode.OK, (await service.PostAsync(Pictures.Sample)).StatusCode);
    }

    [Fact]
    public void Options_out_of_range_are_refused_by_name()
    {
        Assert.Equal("Workers is 0; expected 1 or more", Refusal(new ServerOptions { Workers = 0 }));
        Assert.Equal("MaxPixels is 0; expected 1 or more", Refusal(new ServerOptions { MaxPixels = 0 }));
        Assert.Contains("RequestTimeout", Refusal(new ServerOptions { RequestTimeout = TimeSpan.Zero }), StringComparison.Ordinal);
        Assert.Contains("MaxBufferedBytes", Refusal(new ServerOptions { MaxBufferedBytes = 5 }), StringComparison.Ordinal);
        string key = Refusal(new ServerOptions { ApiKey = "two words" });
        Assert.DoesNotContain("two words", key, StringComparison.Ordinal);
    }

    private static string Refusal(ServerOptions options) => Assert.Throws<ArgumentException>(options.Validate).Message;
}
