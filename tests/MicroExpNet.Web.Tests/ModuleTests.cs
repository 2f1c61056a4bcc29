using System.Diagnostics;
using MicroExpNet.Checkpoints;
using MicroExpNet.Models;
using MicroExpNet.Tests;
using MicroExpNet.Training.Quantization;
using MicroExpNet.Vision;
using Microsoft.Playwright;

namespace MicroExpNet.Web.Tests;

/// <summary>The JavaScript module of the npm package, in a plain page; and the kernels under WebAssembly.</summary>
[Collection(ChromiumCollection.Name)]
public sealed class ModuleTests(Chromium chromium)
{
    private const float Tolerance = 1e-4f;

    [Theory]
    [InlineData("CK")]
    [InlineData("OuluCASIA")]
    public async Task A_model_of_ones_own_gives_the_reference_probabilities(string checkpoint)
    {
        Model model = CheckpointImporter.Import(ReferenceData.Path($"seed-models/{checkpoint}")).Model;
        float[] probabilities = await RecognizeFacesAsync(model, ReferenceData.Numpy("forward_input_u8"));
        ReadOnlySpan<float> expected = ReferenceData.Numpy($"forward_{checkpoint}_probabilities_f32").Floats;
        Assert.Equal(expected.Length, probabilities.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], probabilities[i], Tolerance);
    }

    [Fact]
    public async Task A_model_of_8_bits_gives_the_probabilities_of_this_processor()
    {
        NumpyFile inputs = ReferenceData.Numpy("forward_input_u8");
        Model model = new ModelQuantizer(Model.Load("microexpnet-1"), inputs.Bytes).Quantize();
        float[] probabilities = await RecognizeFacesAsync(model, inputs);
        ExpressionRecognizer recognizer = new(model);
        for (int face = 0; face < inputs.Shape[0]; face++)
        {
            ExpressionScores expected = recognizer.Recognize(inputs.Bytes.Slice(face * 7056, 7056), 84, 84, 84);
            for (int i = 0; i < 8; i++) Assert.Equal(expected[(Expression)i], probabilities[(8 * face) + i], Tolerance);
        }
    }

    [Fact]
    public async Task A_model_that_reads_colour_is_refused()
    {
        // The means of red, green and blue, as scores of happy, fear and anger.
        const string Model =
            "CAg6hAEKLAoBeBIBZxoRR2xvYmFsQXZlcmFnZVBvb2wiEUdsb2JhbEF2ZXJhZ2VQb29sChgKAWcSAXkaB0ZsYXR0ZW4iB0ZsYXR0ZW4SBmNvbG91clocCgF4EhcK"
            + "FQgBEhEKAxIBTgoCCAMKAggICgIICGIUCgF5Eg8KDQgBEgkKAxIBTgoCCANCAhARciIKBmxhYmVscxIYWyJoYXBweSIsImZlYXIiLCJhbmdlciJdchMKDHBpeGVs"
            + "X2Zvcm1hdBIDcmdi";
        Assert.Equal(PixelFormat.Rgb24, ExpressionRecognizer.Load(new MemoryStream(Convert.FromBase64String(Model))).Card.InputFormat);
        string message = await InPageAsync<string>("""
            async model => {
              const { createRecognizer } = await import('/microexpnet.js');
              const decoded = Uint8Array.from(atob(model), c => c.charCodeAt(0));
              return createRecognizer({ model: decoded }).then(() => 'taken', error => error.message);
            }
            """, Model);
        Assert.Equal("the model reads colour, and the browser module reads pictures as grey; expected a model of grey faces", message);
    }

    [Fact]
    public async Task Faces_boxes_and_probabilities_are_those_of_this_processor()
    {
        using Photo photo = Photo.Load(TestFilm.Portrait);

        // The page leaves the mean over the mirror image out.
        Model model = ExpressionRecognizer.Default.Network.Model;
        ExpressionRecognizer expressions = new(model.WithCard(model.Card with { MirrorMean = false }));
        VideoRecognizer recognizer = new(expressions, FaceDetector.Default.With(new() { MinFace = 60 }));
        TrackedFace expected = Assert.Single(recognizer.Recognize(photo).ToArray());

        double[] face = await InPageAsync<double[]>("""
            async bytes => {
              const { createRecognizer } = await import('/microexpnet.js');
              const recognizer = await createRecognizer({ minFace: 60 });
              const picture = new Blob([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], { type: 'image/png' });
              const { faces: [{ track, box, eyes, score, probabilities }] } = await recognizer.recognize(picture, { still: true });
              recognizer.close();
              return [track, box.x, box.y, box.width, box.height, eyes.left.x, eyes.left.y, eyes.right.x, eyes.right.y, score,
                ...Object.values(probabilities)];
            }
            """, Convert.ToBase64String(await File.ReadAllBytesAsync(TestFilm.Portrait)));

        EyePositions eyes = expected.Face.Eyes!.Value;
        double[] values = [
            1, expected.Box.X, expected.Box.Y, expected.Box.Width, expected.Box.Height, eyes.LeftX, eyes.LeftY, eyes.RightX, eyes.RightY,
            expected.Face.Score, .. expected.Scores.Select(score => (double)score.Value)];
        Assert.Equal(values.Length, face.Length);
        for (int i = 0; i < values.Length; i++) Assert.Equal(values[i], face[i], i is > 4 and < 9 ? 0.01 : Tolerance);
    }

    [Fact]
    public async Task Every_kind_of_picture_is_taken_and_a_track_keeps_its_number()
    {
        string[] answers = await InPageAsync<string[]>("""
            async bytes => {
              const { createRecognizer } = await import('/microexpnet.js');
              const recognizer = await createRecognizer({ minFace: 60 });
              const blob = new Blob([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], { type: 'image/png' });
              const image = new Image();
              image.src = URL.createObjectURL(blob);
              await image.decode();
              const canvas = document.createElement('canvas');
              [canvas.width, canvas.height] = [512, 512];
              canvas.getContext('2d').drawImage(image, 0, 0);
              const video = document.createElement('video');
              video.muted = true;
              video.srcObject = canvas.captureStream(10);
              await video.play();
              const large = new OffscreenCanvas(1024, 1024);
              large.getContext('2d').drawImage(image, 0, 0, 1024, 1024);
              const bitmap = await createImageBitmap(blob), frame = new VideoFrame(canvas, { timestamp: 0 });
              const data = canvas.getContext('2d').getImageData(0, 0, 512, 512);
              const sources = { blob, image, canvas, video, bitmap, frame, data, large };
              const answers = [];
              for (const [name, source] of Object.entries(sources)) {
                const { faces } = await recognizer.recognize(source);
                answers.push(`${name} ${faces.map(face => `${face.track} ${face.expression} ${Math.round(face.box.x / 60)}`).join()}`);
              }

              answers.push(`again ${(await recognizer.recognize(sources.bitmap)).faces.length}`);
              return answers;
            }
            """, Convert.ToBase64String(await File.ReadAllBytesAsync(TestFilm.Portrait)));

        // A frame of another size is of another video.
        Assert.Equal(
            ["blob 1 happy 3", "image 1 happy 3", "canvas 1 happy 3", "video 1 happy 3", "bitmap 1 happy 3", "frame 1 happy 3",
                "data 1 happy 3", "large 2 happy 6", "again 1"],
            answers);
    }

    [Fact]
    public async Task Options_add_up_and_no_track_number_is_given_twice()
    {
        string[] answers = await InPageAsync<string[]>("""
            async bytes => {
              const { createRecognizer } = await import('/microexpnet.js');
              const recognizer = await createRecognizer({ minFace: 50 });
              const picture = new Blob([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], { type: 'image/png' });
              const tracks = async () => (await recognizer.recognize(picture)).faces.map(face => face.track).join();
              const first = await tracks();
              recognizer.configure({ minFace: 60 });
              const refused = await recognizer.configure({ minFace: 1 }).catch(() => 'refused');
              await recognizer.configure({ smoothing: 300, minFace: undefined });
              const options = { minFace: undefined, minScore: undefined, smoothing: undefined, prior: undefined, model: undefined };
              const other = await createRecognizer(options);
              const defaults = JSON.stringify(other.options);
              other.close();
              return [defaults, first, refused, JSON.stringify(recognizer.options), await tracks(), await tracks()];
            }
            """, Convert.ToBase64String(await File.ReadAllBytesAsync(TestFilm.Portrait)));
        Assert.Equal(
            [
                """{"minFace":40,"minScore":0.65,"smoothing":0,"prior":"natural"}""", "1", "refused",
                """{"minFace":60,"minScore":0.65,"smoothing":300,"prior":"natural"}""", "2", "2",
            ],
            answers);
    }

    [Fact]
    public async Task What_shines_through_is_white_and_nothing_of_the_picture_before()
    {
        string[] answers = await InPageAsync<string[]>("""
            async bytes => {
              const { createRecognizer } = await import('/microexpnet.js');
              const recognizer = await createRecognizer({ minFace: 60 });
              const blob = new Blob([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], { type: 'image/png' });
              const portrait = await createImageBitmap(blob);
              const clear = new OffscreenCanvas(512, 512), faint = new OffscreenCanvas(512, 512), white = new OffscreenCanvas(512, 512);
              clear.getContext('2d');
              const over = white.getContext('2d');
              over.fillStyle = 'white';
              over.fillRect(0, 0, 512, 512);
              for (const canvas of [faint, white]) {
                const context = canvas.getContext('2d');
                context.globalAlpha = 0.75;
                context.drawImage(portrait, 0, 0);
              }

              const pixels = canvas => canvas.getContext('2d').getImageData(0, 0, 512, 512);
              const answers = [];
              for (const source of [portrait, clear, portrait, pixels(clear), white, faint, pixels(faint)]) {
                const { faces } = await recognizer.recognize(source, { still: true });
                answers.push(faces.map(({ expression, box }) => `${expression} ${Math.round(box.x / 60)}`).join());
              }

              for (const source of [white, faint, pixels(faint), clear, pixels(clear)]) {
                const { probabilities: { happy } } = await recognizer.recognizeFace(source);
                answers.push(happy.toFixed(1));
              }

              recognizer.close();
              return answers;
            }
            """, Convert.ToBase64String(await File.ReadAllBytesAsync(TestFilm.Portrait)));

        Assert.StartsWith("happy ", answers[0], StringComparison.Ordinal);
        Assert.Equal(["", answers[0], ""], answers[1..4]);
        Assert.StartsWith("happy ", answers[4], StringComparison.Ordinal);
        Assert.Equal([answers[4], answers[4]], answers[5..7]);
        Assert.Equal([answers[7], answers[7]], answers[8..10]);
        Assert.Equal(answers[10], answers[11]);
    }

    [Fact]
    public async Task Wrong_options_and_models_are_refused_in_one_line()
    {
        string[] messages = await InPageAsync<string[]>("""
            async () => {
              const { createRecognizer } = await import('/microexpnet.js');
              const attempts = [
                { minFace: 3 }, { minScore: 2 }, { smoothing: -1 }, { prior: 'mine' }, { smallest: 3 }, { model: new Uint8Array(9) },
                { minFace: 3e9 }, { minFace: '60' }, { minScore: 1 - 1e-9 }, { smoothing: '5' }, { smoothing: NaN }, { model: 'x' }];
              const messages = [];
              for (const attempt of attempts) {
                try {
                  await createRecognizer(attempt);
                  messages.push('taken');
                } catch (error) {
                  messages.push(error.message);
                }
              }

              const recognizer = await createRecognizer();
              const note = call => call.then(() => 'taken', error => error.message).then(message => messages.push(message));
              await note(recognizer.recognize(document.createElement('video')));
              await note(recognizer.configure({ minScore: 0 }));
              const picture = new ImageData(64, 64);
              const wrong = [{ time: NaN }, { time: '5' }, { time: 1e15 }, { time: -8.65e13 }, { maxSize: '640' }, { maxSize: NaN }];
              for (const options of [...wrong, { time: 8.64e13 }]) {
                await note(recognizer.recognize(picture, options));
              }

              recognizer.close();
              await note(recognizer.reset());
              return messages;
            }
            """);
        Assert.Contains("ONNX", messages[5], StringComparison.Ordinal);
        string times = "a number of milliseconds, -86400000000000 to 86400000000000";
        Assert.Equal(
            [
                "minFace 3; expected a whole number of pixels, 14 to 65535",
                "minScore 2; expected a number between 0 and 1",
                "smoothing -1; expected 0 to 10000 milliseconds",
                "prior 'mine'; expected 'natural' or 'uniform'",
                "no option 'smallest'; expected model, minFace, minScore, smoothing, prior",
                messages[5],
                "minFace 3000000000; expected a whole number of pixels, 14 to 65535",
                "minFace is of type String; expected a whole number of pixels, 14 to 65535",
                "minScore 0.999999999; expected a number between 0 and 1",
                "smoothing is of type String; expected 0 to 10000 milliseconds",
                "smoothing NaN; expected 0 to 10000 milliseconds",
                "model is of type String; expected the bytes of an ONNX file, an ArrayBuffer or Uint8Array",
                "the video has no frame yet; wait for its event loadeddata",
                "minScore 0; expected a number between 0 and 1",
                $"time NaN; expected {times}",
                $"time is of type String; expected {times}",
                $"time 1000000000000000; expected {times}",
                $"time -86500000000000; expected {times}",
                "maxSize is of type String; expected a number of pixels, 32 or more",
                "maxSize NaN; expected a number of pixels, 32 or more",
                "taken",
                "the recogniser is closed",
            ],
            messages);
    }

    [Fact]
    public async Task A_recogniser_that_is_closed_leaves_no_picture_open()
    {
        string[] answers = await InPageAsync<string[]>("""
            async () => {
              const made = [], { createImageBitmap: create, VideoFrame: Frame } = window;
              window.createImageBitmap = async source => {
                const bitmap = await create(source);
                made.push(bitmap);
                return bitmap;
              };
              window.VideoFrame = class extends Frame {
                constructor(...parameters) {
                  super(...parameters);
                  made.push(this);
                }
              };
              const { createRecognizer } = await import('/microexpnet.js');
              const recognizer = await createRecognizer();
              const canvas = document.createElement('canvas'), video = document.createElement('video');
              canvas.getContext('2d').fillRect(0, 0, 9, 9);
              video.muted = true;
              video.srcObject = canvas.captureStream(10);
              await video.play();
              const own = await create(canvas), refusal = call => call.then(() => 'taken', error => error.message);

              // It closes while the picture is captured, and before.
              const late = recognizer.recognize(own);
              recognizer.close();
              const answers = [await refusal(late), `${made.length} made, ${made.filter(bitmap => bitmap.width > 0).length} open`];
              for (const source of [own, canvas, video]) {
                answers.push(await refusal(recognizer.recognize(source)), await refusal(recognizer.recognizeFace(source)));
              }

              return [...answers, `${made.length} made`, `own of ${own.width}`];
            }
            """);
        string refusal = "the recogniser is closed";
        Assert.Equal(
            [refusal, "1 made, 0 open", refusal, refusal, refusal, refusal, refusal, refusal, "1 made", "own of 300"], answers);
    }

    [Fact]
    public async Task A_worker_that_fails_ends_and_no_call_waits_for_it()
    {
        string[] answers = await InPageAsync<string[]>("""
            async () => {
              const about = { version: '1', instructionSet: 'none', expressions: ['happy'] };
              let worker;
              window.Worker = class {
                calls = [];
                isTerminated = false;

                constructor() {
                  worker = this;
                }

                postMessage(call) {
                  if (this.isBroken) throw new Error('not posted');
                  this.calls.push(call);
                  if (!this.isSilent) queueMicrotask(() => this.onmessage({ data: { id: call.id, result: about } }));
                }

                terminate() {
                  this.isTerminated = true;
                }
              };
              const { createRecognizer } = await import('/microexpnet.js');
              const waits = new Promise(resolve => setTimeout(resolve, 20_000, 'waits'));
              const refusal = call => Promise.race([call.then(() => 'taken', error => error.message), waits]);
              const answers = [];
              for (const fail of [() => worker.onerror({ message: 'it broke' }), () => worker.onmessageerror?.()]) {
                const recognizer = await createRecognizer();
                worker.isSilent = true;
                const waiting = recognizer.reset();
                fail();
                answers.push(await refusal(waiting), await refusal(recognizer.reset()), `terminated ${worker.isTerminated}`);

                // An answer that was on its way.
                worker.onmessage({ data: { id: worker.calls.at(-1).id, result: null } });
              }

              const recognizer = await createRecognizer(), made = [], { createImageBitmap: create } = window;
              window.createImageBitmap = async source => {
                const bitmap = await create(source);
                made.push(bitmap);
                return bitmap;
              };
              const canvas = new OffscreenCanvas(9, 9);
              canvas.getContext('2d');
              worker.isBroken = true;
              answers.push(await refusal(recognizer.recognize(canvas)), made.map(bitmap => bitmap.width).join());
              return answers;
            }
            """);
        string failure = "the worker failed: it broke", unread = "an answer of the worker could not be read";
        Assert.Equal([failure, failure, "terminated true", unread, unread, "terminated true", "not posted", "0"], answers);
    }

    [Theory]
    [InlineData("I420", true, 0)]
    [InlineData("I420", false, 0.02)]
    [InlineData("NV12", true, 0)]
    [InlineData("I420", null, 0.02)]
    public async Task The_luma_of_a_frame_gives_the_answer_of_its_grey_values(string format, bool? isFullRange, double tolerance)
    {
        double[][] answers = await InPageAsync<double[][]>("""
            async ([bytes, format, fullRange]) => {
              const { createRecognizer } = await import('/microexpnet.js');
              const recognizer = await createRecognizer({ minFace: 60 });
              const blob = new Blob([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], { type: 'image/png' });
              const picture = await createImageBitmap(blob);
              const context = new OffscreenCanvas(512, 512).getContext('2d');
              context.drawImage(picture, 0, 0);
              const grey = context.getImageData(0, 0, 512, 512), planes = new Uint8Array(512 * 512 * 1.5).fill(128);
              for (let i = 0; i < 512 * 512; i++) {
                const value = grey.data[4 * i + 1];
                grey.data.fill(value, 4 * i, 4 * i + 3);
                planes[i] = fullRange ? value : Math.round(16 + value * 219 / 255);
              }

              // Many cameras do not state theirs: the browser then draws limited range, and the first frame tells.
              const unstated = { matrix: null, primaries: null, transfer: null, fullRange: null };
              const stated = { matrix: 'smpte170m', primaries: 'smpte170m', transfer: 'smpte170m', fullRange };
              const colorSpace = fullRange === null ? unstated : stated;
              const options = { format, codedWidth: 512, codedHeight: 512, timestamp: 0, colorSpace };
              const answers = [];
              for (const source of [grey, new VideoFrame(planes, options), new VideoFrame(planes, options)]) {
                if (source instanceof VideoFrame && source.colorSpace.matrix !== colorSpace.matrix) throw new Error('another colour space');
                const { faces: [{ box, probabilities }] } = await recognizer.recognize(source, { still: true });
                answers.push([box.x / 512, box.y / 512, box.width / 512, ...Object.values(probabilities)]);
              }

              recognizer.close();
              return answers;
            }
            """, new object?[] { Convert.ToBase64String(await File.ReadAllBytesAsync(TestFilm.Portrait)), format, isFullRange });
        Assert.Equal(11, answers[0].Length);
        foreach (double[] answer in answers[1..])
        {
            for (int i = 0; i < answer.Length; i++) Assert.Equal(answers[0][i], answer[i], tolerance);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_module_runs_from_another_origin_that_allows_it(bool isPackage)
    {
        string folder = isPackage ? await Publication.PackageAsync() : await Publication.PageAsync();
        await using PageServer other = await PageServer.StartAsync(folder, isShared: true);
        Assert.Equal("happy", await InPageAsync<string>(RecognizeFrom, await PortraitAsync(other)));

        await using PageServer closed = await PageServer.StartAsync(folder);
        string message = await InPageAsync<string>(RecognizeFrom, await PortraitAsync(closed));
        Assert.Contains("Failed to fetch dynamically imported module", message, StringComparison.Ordinal);
    }

    // The policy of docs/web.md, and without the one source that is easily forgotten: a worker's imports are scripts of a worker.
    [Theory]
    [InlineData("blob: HOST", "happy")]
    [InlineData("blob:", "content security policy of the page allow worker-src blob: HOST")]
    public async Task The_module_runs_from_another_origin_that_the_content_security_policy_allows(string workers, string expected)
    {
        await using PageServer other = await PageServer.StartAsync(await Publication.PackageAsync(), isShared: true);
        string host = other.Address.TrimEnd('/');
        string policy = $"default-src 'none'; script-src 'self' 'wasm-unsafe-eval' {host}; connect-src {host}; worker-src {workers}";
        string answer = await InPageAsync<string>(
            RecognizeFrom, await PortraitAsync(other), policy.Replace("HOST", host, StringComparison.Ordinal));
        Assert.EndsWith(expected.Replace("HOST", host, StringComparison.Ordinal), answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_module_runs_inside_a_worker()
    {
        string answer = await InPageAsync<string>("""
            async argument => {
              const script = `onmessage = async ({ data }) => postMessage(await (${argument[2]})(data));`;
              const worker = new Worker(URL.createObjectURL(new Blob([script])));
              const answer = new Promise(resolve => worker.onmessage = ({ data }) => resolve(data));
              worker.postMessage([argument[0], location.origin + '/']);
              return answer;
            }
            """, new[] { Convert.ToBase64String(await File.ReadAllBytesAsync(TestFilm.Portrait)), "", RecognizeFrom });
        Assert.Equal("happy", answer);
    }

    [Fact]
    public async Task The_module_is_imported_where_pages_are_rendered_on_a_server()
    {
        // Playwright brings a Node along.
        string node = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, ".playwright/node"), "node*", SearchOption.AllDirectories)
            .Single(path => Path.GetFileNameWithoutExtension(path) == "node");
        string module = new Uri(Path.Combine(await Publication.PackageAsync(), "microexpnet.js")).AbsoluteUri;
        ProcessStartInfo start = new(node) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("--eval");
        start.ArgumentList.Add($"import('{module}').then(({{ createRecognizer }}) => console.log(typeof createRecognizer))");
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal("function", output.Trim() + await errors);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task No_library_for_photos_is_published()
    {
        string[] files = Directory.GetFiles(Path.Combine(await Publication.PageAsync(), "_framework"));
        Assert.DoesNotContain(files, file => file.Contains("Skia", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_list_of_files_for_bundlers_is_complete()
    {
        string package = await Publication.PackageAsync();
        string list = await File.ReadAllTextAsync(Path.Combine(package, "microexpnet.files.js"));
        foreach (string file in Directory.GetFiles(Path.Combine(package, "_framework")))
        {
            Assert.Contains($"\"./_framework/{Path.GetFileName(file)}\"", list);
        }

        string[] others = ["microexpnet.js", "microexpnet.d.ts", "microexpnet.worker.js", "package.json", "README.md", "LICENSE"];
        foreach (string name in others)
        {
            Assert.True(File.Exists(Path.Combine(package, name)), name);
        }
    }

    // The expression of a picture by the module of an address, or why there is none.
    private const string RecognizeFrom = """
        async ([bytes, address]) => {
          try {
            const { createRecognizer } = await import(`${address}microexpnet.js`);
            const recognizer = await createRecognizer({ minFace: 60 });
            const blob = new Blob([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], { type: 'image/png' });
            const { faces } = await recognizer.recognize(await createImageBitmap(blob), { still: true });
            recognizer.close();
            return faces.map(face => face.expression).join();
          } catch (error) {
            return error.message;
          }
        }
        """;

    private static async Task<string[]> PortraitAsync(PageServer server) =>
        [Convert.ToBase64String(await File.ReadAllBytesAsync(TestFilm.Portrait)), server.Address];

    private async Task<float[]> RecognizeFacesAsync(Model model, NumpyFile inputs)
    {
        using MemoryStream file = new();
        model.Save(file);
        return await InPageAsync<float[]>("""
            async ([model, crops]) => {
              const { createRecognizer } = await import('/microexpnet.js');
              const decode = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));
              const recognizer = await createRecognizer({ model: decode(model) });
              const pixels = decode(crops), probabilities = [];
              for (let start = 0; start < pixels.length; start += 84 * 84) {
                const face = new ImageData(84, 84);
                for (let i = 0; i < 84 * 84; i++) face.data.set([pixels[start + i], pixels[start + i], pixels[start + i], 255], 4 * i);
                probabilities.push(...Object.values((await recognizer.recognizeFace(face)).probabilities));
              }

              recognizer.close();
              return probabilities;
            }
            """, new[] { Convert.ToBase64String(file.ToArray()), Convert.ToBase64String(inputs.Bytes) });
    }

    // In a page with nothing of its own, served from the npm package's folder.
    private async Task<T> InPageAsync<T>(string script, object? argument = null, string? policy = null)
    {
        IBrowserContext context = await chromium.ContextAsync();
        await using PageServer server = await PageServer.StartAsync(await Publication.PackageAsync(), policy: policy);
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(server.Address + "package.json");
        T answer = await page.EvaluateAsync<T>(script, argument);
        await context.CloseAsync();
        return answer;
    }
}
