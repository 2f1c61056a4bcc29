using System.Security.Cryptography;
using MicroExpNet.Architectures;
using MicroExpNet.Models;
using MicroExpNet.Training.Augmentation;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Engine;
using MicroExpNet.Training.Evaluation;
using MicroExpNet.Training.Optimizers;
using MicroExpNet.Training.Teachers;

namespace MicroExpNet.Training.Tests;

public sealed class TrainerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("training-").FullName;

    private string Checkpoint => Path.Combine(_folder, "run.checkpoint");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Learns_to_tell_what_differs(bool residual)
    {
        TrainingResult result = new Trainer(
            Settings(residual) with { Epochs = 12 }, Network(residual), Shapes.Create(192))
        { Validation = Shapes.Create(96, seed: 2) }.Run(
            null, TestContext.Current.CancellationToken);
        Assert.True(result.Validation!.Accuracy > 0.95, $"{result.Validation.Accuracy:p0}");
        Assert.Equal(12, result.Epochs.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_same_seed_gives_the_same_bits_on_any_number_of_threads(bool residual)
    {
        byte[] one = Bytes(Settings(residual) with { Threads = 1 }, residual);
        Assert.Equal(one, Bytes(Settings(residual) with { Threads = 1 }, residual));
        Assert.Equal(one, Bytes(Settings(residual) with { Threads = 3 }, residual));
        Assert.NotEqual(one, Bytes(Settings(residual) with { Seed = 2 }, residual));
    }

    [Theory]
    [InlineData(false, OptimizerKind.Adam)]
    [InlineData(true, OptimizerKind.AdamW)]
    [InlineData(false, OptimizerKind.Sgd)]
    public void A_run_stopped_anywhere_and_gone_on_ends_with_the_same_bits(bool residual, OptimizerKind optimizer)
    {
        TrainingOptions settings = Settings(residual) with
        {
            Optimizer = optimizer,
            LearningRate = 1e-3,
            ClassBalance = 0.5,
            Augmentation = AugmentationOptions.Standard with { Mixup = 0.2 },
        };
        byte[] whole = Bytes(settings, residual);
        foreach (long stop in new[] { 1, 5, 11 })
        {
            using CancellationTokenSource source = new();
            Trainer first = Resumable(settings, residual);
            Assert.Throws<OperationCanceledException>(
                () => first.Run(new CallbackProgress<TrainingProgress>(progress => StopAt(progress, stop, source)), source.Token));
            Assert.Equal(whole, Save(Resumable(settings, residual).Run(null, TestContext.Current.CancellationToken).Model));
            File.Delete(Checkpoint);
        }
    }

    [Fact]
    public void A_checkpoint_of_another_run_or_a_damaged_one_is_refused()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => Resumable(Settings(false), false).Run(null, source.Token));
        CheckpointFormatException other = Assert.Throws<CheckpointFormatException>(
            () => Resumable(Settings(false) with { LearningRate = 0.5 }, false).Run(null, TestContext.Current.CancellationToken));
        Assert.Contains("other settings or data (learning rate 0.003 there, 0.5 here)", other.Message, StringComparison.Ordinal);
        Trainer looksElsewhere = new(Settings(false), Network(false), Shapes.Create(192))
        {
            Validation = Shapes.Create(48, seed: 3),
            CheckpointPath = Checkpoint,
        };
        Assert.Contains(
            "other settings or data (the validation faces)",
            Assert.Throws<CheckpointFormatException>(() => looksElsewhere.Run(null, TestContext.Current.CancellationToken)).Message,
                StringComparison.Ordinal);
        byte[] bytes = File.ReadAllBytes(Checkpoint);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(Checkpoint, bytes);
        Assert.Contains(
            "damaged", Assert.Throws<CheckpointFormatException>(
            () => Resumable(Settings(false), false).Run(null, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_of_another_version_is_refused_in_a_clear_line()
    {
        byte[] content = [26 + 1, .. "mexp training checkpoint 2\n"u8];
        File.WriteAllBytes(Checkpoint, [.. content, .. SHA256.HashData(content)]);
        string message = Assert.Throws<CheckpointFormatException>(
            () => Resumable(Settings(false), false).Run(null, TestContext.Current.CancellationToken)).Message;
        Assert.Equal($"{Checkpoint}: a training checkpoint of another version of this program; remove it to begin anew", message);
    }

    [Fact]
    public void A_checkpoint_in_use_by_another_run_is_refused_and_a_killed_runs_lock_is_not()
    {
        using CancellationTokenSource source = new();
        string? message = null;
        Assert.Throws<OperationCanceledException>(() => Resumable(Settings(false), false).Run(
            new CallbackProgress<TrainingProgress>(_ =>
            {
                message ??= Assert.ThrowsAny<IOException>(() => Resumable(Settings(false), false).Run(null, source.Token)).Message;
                source.Cancel();
            }), source.Token));
        Assert.Equal($"{Checkpoint}: another process is writing this file", message);
        Assert.Equal([Checkpoint], Directory.GetFiles(_folder));

        // A killed process leaves the file, but not the lock on it.
        File.WriteAllText(Path.Combine(_folder, ".run.checkpoint.lock.mexp-tmp"), "");
        Assert.Equal(2, Resumable(Settings(false), false).Run(null, TestContext.Current.CancellationToken).Epochs.Length);
    }

    [Theory]
    [InlineData(ScheduleKind.Constant, true)]
    [InlineData(ScheduleKind.Step, true)]
    [InlineData(ScheduleKind.Cosine, false)]
    [InlineData(ScheduleKind.OneCycle, false)]
    public void A_finished_or_stopped_run_goes_on_to_more_epochs(ScheduleKind schedule, bool isTheSame)
    {
        TrainingOptions few = Settings(true) with { Epochs = 2, Schedule = schedule, StepEpochs = 3 }, more = few with { Epochs = 4 };
        byte[] whole = Bytes(more, true);
        foreach (bool finishes in new[] { true, false })
        {
            using CancellationTokenSource source = new();
            Trainer first = Resumable(few, true);
            if (finishes) first.Run(null, TestContext.Current.CancellationToken);
            else
            {
                Assert.Throws<OperationCanceledException>(
                    () => first.Run(new CallbackProgress<TrainingProgress>(progress => StopAt(progress, 8, source)), source.Token));
            }
            Trainer second = Resumable(more, true);
            ResumePoint point = second.FindResumePoint()!;
            Assert.Equal((finishes ? 2 : 1, 2, finishes, null), (point.Epochs, point.PlannedEpochs, point.IsFinished, point.Difference));
            if (!finishes) Assert.Equal(isTheSame, point.PlannedLearningRate == point.LearningRate);
            TrainingResult result = second.Run(null, TestContext.Current.CancellationToken);
            Assert.Equal(4, result.Epochs.Length);
            Assert.Equal(isTheSame, whole.AsSpan().SequenceEqual(Save(result.Model)));
            Trainer fewer = Resumable(few with { Epochs = 3 }, true);
            string message = Assert.Throws<ArgumentException>(() => fewer.Run(null, TestContext.Current.CancellationToken)).Message;
            Assert.Contains("expected 4 epochs or more", message, StringComparison.Ordinal);
            File.Delete(Checkpoint);
        }
    }

    [Fact]
    public void Probabilities_are_fitted_to_as_many_degraded_faces_as_are_trained_on()
    {
        TrainingOptions options = Settings(false) with
        {
            Epochs = 8,
            Augmentation = AugmentationOptions.None with { Degradation = 0.5 },
        };

        // A few wrong labels: without them, the surer the better.
        FaceDataSet right = Shapes.Create(192, seed: 2);
        FaceDataSet validation = right with
        {
            Samples = [.. right.Samples.Select((sample, i) => i % 8 == 0 ? sample with { Label = (sample.Label + 1) % 3 } : sample)],
        };
        Model model = new Trainer(options, Network(false), Shapes.Create(192)) { Validation = validation }
            .Run(null, TestContext.Current.CancellationToken).Model;
        double Temperature(FaceDataSet faces) =>
            Predictions.Run(new Network(model), PreparedFaces.Prepare(faces, model.Architecture.Input, model.Card)).BestTemperature();
        Assert.Equal(1, Temperature(Degradation.Apply(validation, 0.5)), 3);
        Assert.NotInRange(Temperature(validation), 0.98, 1.02);
    }

    [Fact]
    public void The_model_of_a_checkpoint_is_what_the_run_would_have_given()
    {
        TrainingResult result = Resumable(Settings(true), true).Run(null, TestContext.Current.CancellationToken);
        Assert.Equal(Save(result.Model), Save(Trainer.ReadModel(Checkpoint)));
        Assert.StartsWith("shapes: accuracy ", result.Model.Card.Scores, StringComparison.Ordinal);
        File.Delete(Checkpoint);

        // Before the first epoch's end it is the weights as they are.
        using CancellationTokenSource source = new();
        Assert.Throws<OperationCanceledException>(() => Resumable(Settings(true), true).Run(
            new CallbackProgress<TrainingProgress>(progress => StopAt(progress, 1, source)), source.Token));
        Assert.Equal(3, Trainer.ReadModel(Checkpoint).Architecture.Labels.Length);
    }

    [Fact]
    public void Options_that_are_out_of_range_or_not_numbers_are_refused_where_they_are_given()
    {
        TrainingOptions right = Settings(false);
        AugmentationOptions faces = right.Augmentation;
        foreach (double wrong in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity, -1 })
        {
            TrainingOptions[] all =
            [
                right with { LearningRate = wrong }, right with { WarmUpEpochs = wrong }, right with { StepEpochs = wrong },
                right with { WeightDecay = wrong }, right with { Momentum = wrong }, right with { GradientClip = wrong },
                right with { WeightAverage = wrong }, right with { KeepProbability = wrong }, right with { LabelSmoothing = wrong },
                right with { ClassWeights = [1, 1, (float)wrong] }, right with { LogitAdjustment = wrong }, right with
                {
                    ClassBalance = wrong,
                },
                right with { Temperature = wrong }, right with { Lambda = wrong },
                right with { Augmentation = faces with { Rotation = wrong } }, right with
                {
                    Augmentation = faces with { MinScale = wrong },
                },
                right with { Augmentation = faces with { MaxScale = wrong } }, right with { Augmentation = faces with { Shift = wrong } },
                right with { Augmentation = faces with { Brightness = wrong } }, right with
                {
                    Augmentation = faces with { Contrast = wrong },
                },
                right with { Augmentation = faces with { Erasing = wrong } }, right with { Augmentation = faces with { Mixup = wrong } },
            ];
            foreach (TrainingOptions options in all)
            {
                Assert.Throws<ArgumentException>(() => new Trainer(options, Network(false), Shapes.Create(24)));
            }
        }

        TrainingOptions[] others =
        [
            right with { Epochs = 0 }, right with { BatchSize = 0 }, right with { Threads = 0 }, right with { PixelScale = 0 },
            right with { PixelScale = float.NaN }, right with { PixelOffset = float.NaN }, right with { ClassWeights = [1, 1] },
            right with { ClassWeights = [0, 0, 0] }, right with { Optimizer = (OptimizerKind)9 }, right with { Schedule = (ScheduleKind)9 },
            right with { Augmentation = null! },
        ];
        foreach (TrainingOptions options in others)
        {
            Assert.Throws<ArgumentException>(() => new Trainer(options, Network(false), Shapes.Create(24)));
        }
        _ = new Trainer(right, Network(false), Shapes.Create(24));
    }

    [Fact]
    public void Faces_and_logits_that_do_not_fit_are_refused_by_name()
    {
        FaceDataSet data = Shapes.Create(24);
        FaceSample first = data.Samples[0];
        (FaceSample Sample, string Message)[] wrong =
        [
            (first with { Label = 3 }, "face 'shape0000' has the label 3; expected 0 to 2"),
            (first with { Label = -1 }, "face 'shape0000' has the label -1; expected 0 to 2"),
            (first with { Image = null! }, "face 0 has no image"),
            (first with { SoftLabel = [1, 0] }, "face 'shape0000' has a soft label of 2 classes; expected 3"),
            (first with { SoftLabel = [1, 0, float.NaN] }, "face 'shape0000' has a soft label that is not a number"),
        ];
        foreach ((FaceSample sample, string message) in wrong)
        {
            FaceDataSet changed = data with { Samples = data.Samples.SetItem(0, sample) };
            Assert.Contains(
                message, Assert.Throws<ArgumentException>(() => new Trainer(Settings(false), Network(false), changed)).Message,
                StringComparison.Ordinal);
            Assert.Contains(message, Assert.Throws<ArgumentException>(
                () => new Trainer(Settings(false), Network(false), data) { Validation = changed }.Run(
                    null, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentException>(() => new Trainer(Settings(false), Network(false), data with { Samples = default }));
        Assert.Throws<ArgumentException>(() => new Trainer(Settings(false), Network(false), data with { Labels = default }));
        Assert.Throws<ArgumentNullException>(() => new Trainer(Settings(false), Network(false), null!));
        Assert.Throws<ArgumentNullException>(() => new Trainer(null!, Network(false), data));
        Assert.Throws<ArgumentNullException>(() => new Trainer(Settings(false), null!, data));
        float[][][] logits = [
            [[1, 2, 3]], [.. data.Samples.Select(_ => new float[] { 1, 2 })], [.. data.Samples.Select(_ => new[] { 1, 2, float.NaN })],
            [.. data.Samples.Select(_ => (float[])null!)]];
        foreach (float[][] one in logits)
        {
            Trainer trainer = new(Settings(false), Network(false), data) { TeacherLogits = [.. one] };
            Assert.Throws<ArgumentException>(() => trainer.Run(null, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public void Options_with_the_same_content_are_equal()
    {
        TrainingOptions weighted = Settings(false) with { ClassWeights = [1, 2, 3] };
        Assert.Equal(weighted, Settings(false) with { ClassWeights = [1, 2, 3] });
        Assert.Equal(weighted.GetHashCode(), (Settings(false) with { ClassWeights = [1, 2, 3] }).GetHashCode());
        Assert.NotEqual(weighted, Settings(false) with { ClassWeights = [1, 2, 4] });
        Assert.NotEqual(weighted, Settings(false));
        Assert.Equal(new TeacherOptions { Labels = ["a", "b"] }, new TeacherOptions { Labels = ["a", "b"] });
        Assert.NotEqual(new TeacherOptions { Labels = ["a", "b"] }, new TeacherOptions { Labels = ["a", "c"] });
        Assert.NotEqual(new TeacherOptions { Labels = ["a", "b"] }, new TeacherOptions());
    }

    [Fact]
    public void Statistics_are_measured_over_faces_of_all_classes()
    {
        using TrainingEngine plain = new(Settings(true), Network(true), Shapes.Create(96), []);
        using TrainingEngine adjusted = new(Settings(true) with { LogitAdjustment = 1 }, Network(true), Shapes.Create(96), []);
        ParameterInitializer.Initialize(plain.Network, plain.Parameters.Span, 1);
        ParameterInitializer.Initialize(adjusted.Network, adjusted.Parameters.Span, 1);
        Assert.Equal(plain.Statistics(plain.Parameters), adjusted.Statistics(adjusted.Parameters));
        Assert.Equal(3, plain.LogitCorrections().Length);
    }

    [Fact]
    public void A_loss_that_is_no_number_stops_the_run_with_the_step()
    {
        TrainingDivergedException e = Assert.Throws<TrainingDivergedException>(() =>
            new Trainer(Settings(false) with { Optimizer = OptimizerKind.Sgd, LearningRate = 1e30 }, Network(false), Shapes.Create(96))
                .Run(null, TestContext.Current.CancellationToken));
        Assert.Contains("step ", e.Message, StringComparison.Ordinal);
        Assert.Contains("learning rate", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OptimizerKind.Adam, false)]
    [InlineData(OptimizerKind.AdamW, true)]
    [InlineData(OptimizerKind.Sgd, false)]
    public void A_loss_that_grows_without_end_stops_the_run_though_it_is_a_number(OptimizerKind optimizer, bool residual)
    {
        TrainingOptions settings = Settings(residual) with
        {
            Optimizer = optimizer,
            LearningRate = 1000,
            Schedule = ScheduleKind.Constant,
            Epochs = 40,
            WeightDecay = 0,
        };
        TrainingDivergedException e = Assert.Throws<TrainingDivergedException>(
            () => new Trainer(settings, Network(residual), Shapes.Create(96)).Run(null, TestContext.Current.CancellationToken));
        Assert.Contains("step ", e.Message, StringComparison.Ordinal);
        Assert.Contains("gradient clipping", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_are_no_numbers_after_the_last_step_are_not_saved()
    {
        TrainingOptions settings = Settings(false) with
        {
            Optimizer = OptimizerKind.Sgd,
            Schedule = ScheduleKind.Constant,
            LearningRate = 1e39,
            Epochs = 1,
            BatchSize = 96,
        };
        TrainingDivergedException e = Assert.Throws<TrainingDivergedException>(
            () => new Trainer(settings, Network(false), Shapes.Create(96)).Run(null, TestContext.Current.CancellationToken));
        Assert.Contains("step 1 of 1", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_epochs_with_the_same_accuracy_the_one_with_the_least_loss_is_kept()
    {
        TrainingResult result = new Trainer(
            Settings(false) with { Epochs = 20 }, Network(false), Shapes.Create(96))
        { Validation = Shapes.Create(12, seed: 2) }.Run(
            null, TestContext.Current.CancellationToken);
        EpochRecord[] best = [
            .. result.Epochs.Where(epoch => epoch.ValidationAccuracy == result.Epochs.Max(other => other.ValidationAccuracy))];
        Assert.True(best.Length > 1);
        Assert.Equal(best.MinBy(epoch => epoch.ValidationLoss)!.Epoch, result.Epoch);
    }

    [Fact]
    public void A_clipped_gradient_keeps_its_direction_and_has_the_norm_asked_for()
    {
        float[] plain = Moves(0), clipped = Moves(0.01), free = Moves(1e6);
        Assert.Equal(0.01, Norm(clipped), 1e-5);
        Assert.Equal(plain, free);
        double ratio = 0.01 / Norm(plain);
        for (int i = 0; i < plain.Length; i++) Assert.Equal(plain[i] * ratio, clipped[i], 1e-6);

        static double Norm(float[] values) => Math.Sqrt(values.Sum(value => (double)value * value));

        static float[] Moves(double clip)
        {
            using TrainingEngine engine = Engine(
                Settings(false) with
                {
                    Optimizer = OptimizerKind.Sgd,
                    Momentum = 0,
                    WeightDecay = 0,
                    WeightAverage = 0,
                    GradientClip = clip
                });
            float[] before = engine.Parameters.Span.ToArray();
            engine.Step(1);
            return [.. before.Select((value, i) => value - engine.Parameters.Span[i])];
        }
    }

    [Fact]
    public void The_moving_average_is_an_exponential_one_that_follows_faster_at_first()
    {
        using TrainingEngine engine = Engine(Settings(false) with { WeightAverage = 0.5 });
        double[] expected = [.. engine.Average.Span.ToArray().Select(value => (double)value)];
        for (int step = 0; step < 12; step++)
        {
            engine.Step(1e-2);
            double decay = Math.Min(0.5, (1.0 + step) / (10 + step));
            for (int i = 0; i < expected.Length; i++) expected[i] = (decay * expected[i]) + ((1 - decay) * engine.Parameters.Span[i]);
        }

        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], engine.Average.Span[i], 1e-5);
        Assert.NotEqual(engine.Average.Span.ToArray(), engine.Parameters.Span.ToArray());
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        FaceDataSet data = Shapes.Create(96);
        using TrainingEngine engine = new(
            Settings(true) with { Augmentation = AugmentationOptions.Standard with { Mixup = 0.3 }, Threads = 1, GradientClip = 1 },
            Network(true), data, []);
        ParameterInitializer.Initialize(engine.Network, engine.Parameters.Span, 1);
        for (int i = 0; i < 20; i++) engine.Step(1e-3);
        // On one thread, this one: what other tests allocate meanwhile does not count.
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++) engine.Step(1e-3);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void The_saved_model_answers_as_the_network_in_training_does()
    {
        // Without dropout and over whole-shard statistics the folded model's validation accuracy is what training reported.
        FaceDataSet data = Shapes.Create(192);
        TrainingResult result = new Trainer(Settings(true) with { Epochs = 4 }, Network(true), data) { Validation = data }.Run(
            null, TestContext.Current.CancellationToken);
        Assert.Equal(result.Epochs[result.Epoch - 1].ValidationAccuracy, result.Validation!.Accuracy);
        using MemoryStream file = new();
        result.Model.Save(file);
        file.Position = 0;
        Assert.Equal(3, Model.Load(file).Card.ClassFrequencies.Length);
    }

    [Fact]
    public void Going_on_from_a_model_keeps_its_convolutions_when_frozen_and_makes_a_layer_of_other_classes_anew()
    {
        Model first = new Trainer(Settings(false) with { Epochs = 2 }, Network(false), Shapes.Create(96))
            .Run(null, TestContext.Current.CancellationToken).Model;
        FaceDataSet other = Shapes.Create(96, classes: 5);
        Architecture architecture = FineTuning.Architecture(first, other.Labels);
        Model second = new Trainer(
            Settings(false) with { Epochs = 1, FreezeConvolutions = true }, architecture, other)
        { Initial = first }.Run(
            null, TestContext.Current.CancellationToken).Model;
        Assert.Equal(5, second.Architecture.Labels.Length);
        for (int i = 0; i < architecture.Layers.Length; i++)
        {
            if (architecture.Layers[i] is Convolution) Assert.Equal(first.Parameters[i]!.Weights, second.Parameters[i]!.Weights);
            if (architecture.Layers[i] is FullyConnected) Assert.NotEqual(first.Parameters[i]!.Weights, second.Parameters[i]!.Weights);
        }
    }

    [Fact]
    public void Going_on_from_a_model_that_reads_pixels_otherwise_is_refused()
    {
        FaceDataSet data = Shapes.Create(96);
        TrainingOptions options = Settings(false) with { Epochs = 1, PixelScale = 1 / 255f, PixelOffset = -0.5f };
        Model first = new Trainer(options, Network(false), data).Run(null, TestContext.Current.CancellationToken).Model;
        foreach ((TrainingOptions wrong, string numbers) in new[]
        {
            (options with { PixelScale = 0.5f }, "the options read grey values times 0.5 plus -0.5, "),
            (options with { PixelOffset = -2 }, "the options read grey values times 0.003921569 plus -2, "),
        })
        {
            Assert.Equal(
                $"{numbers}the model to start from times 0.003921569 plus -0.5; expected PixelScale and PixelOffset of its card",
                Assert.Throws<ArgumentException>(
                    () => new Trainer(wrong, Network(false), data) { Initial = first }.Run(null, TestContext.Current.CancellationToken))
                    .Message);
        }

        using MemoryStream file = new();
        first.Save(file);
        file.Position = 0;
        new Trainer(options, Network(false), data) { Initial = Model.Load(file) }.Run(null, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Going_on_with_as_many_other_classes_makes_the_last_layer_anew_too()
    {
        FaceDataSet data = Shapes.Create(96), other = data with { Labels = ["x", "y", "z"] };
        Model first = new Trainer(Settings(false) with { Epochs = 2 }, Network(false), data)
            .Run(null, TestContext.Current.CancellationToken).Model;
        TrainingOptions still = Settings(false) with { Epochs = 1, LearningRate = 1e-12, WeightAverage = 0, WeightDecay = 0 };
        Model same = new Trainer(still, FineTuning.Architecture(first, data.Labels), data) { Initial = first }.Run(
            null, TestContext.Current.CancellationToken).Model;
        Model anew = new Trainer(still, FineTuning.Architecture(first, other.Labels), other) { Initial = first }.Run(
            null, TestContext.Current.CancellationToken).Model;
        LayerParameters[]
            from = [.. first.Parameters.OfType<LayerParameters>()], kept = [.. same.Parameters.OfType<LayerParameters>()],
            changed = [.. anew.Parameters.OfType<LayerParameters>()];
        Assert.Equal(from[^1].Weights, kept[^1].Weights);
        Assert.NotEqual(from[^1].Weights, changed[^1].Weights);
        Assert.Equal(from[^2].Weights, changed[^2].Weights);
    }

    [Fact]
    public void A_network_trained_on_the_originals_windows_says_so_in_its_card()
    {
        FaceDataSet data = Shapes.Create(48);
        TrainingOptions settings = Settings(false) with { Epochs = 1, Augmentation = AugmentationOptions.None with { Windows = true } };
        Assert.Equal(
            FaceCrop.Original,
            new Trainer(settings, Network(false), data) { Validation = data }.Run(
            null, TestContext.Current.CancellationToken).Model.Card.FaceCrop);
    }

    [Fact]
    public void Smoothed_labels_lead_to_smoothed_probabilities()
    {
        // Labels that pixels say nothing about, four of five the first: with a share s spread over two classes the best answer is 0.8 (1 −
        // s) + s / 2.
        FaceDataSet blank = new(
            "blank", "made up", ["a", "b"],
            [.. Enumerable.Range(0, 200).Select(i => new FaceSample($"{i}", new GrayImage(new byte[64], 8, 8), i % 5 == 0 ? 1 : 0))], []);
        TrainingOptions settings = Settings(false) with
        {
            Epochs = 60,
            BatchSize = 200,
            LearningRate = 0.01,
            KeepProbability = 1,
            Augmentation = AugmentationOptions.None,
            WeightAverage = 0,
            WeightDecay = 0,
            LabelSmoothing = 0.3,
        };
        Model model = new Trainer(settings, OriginalArchitectures.MicroExpNet(8, 8, blank.Labels), blank)
            .Run(null, TestContext.Current.CancellationToken).Model;
        float[] logits = new float[2];
        new Network(model).Run(new byte[64], 1, logits);
        Assert.Equal(Math.Log(0.71 / 0.29), logits[0] - logits[1], 0.05);
    }

    [Fact]
    public void Losses_and_draws_for_unequal_classes_leave_a_model_of_the_natural_frequencies()
    {
        // Labels that pixels say nothing about: the best answer is the frequencies, whatever the draws and the weights.
        FaceDataSet blank = new(
            "blank", "made up", ["a", "b"],
            [.. Enumerable.Range(0, 200).Select(i => new FaceSample($"{i}", new GrayImage(new byte[64], 8, 8), i % 5 == 0 ? 1 : 0))], []);
        TrainingOptions settings = Settings(false) with
        {
            Epochs = 30,
            LearningRate = 0.01,
            KeepProbability = 1,
            Augmentation = AugmentationOptions.None,
        };
        foreach (TrainingOptions unequal in new[] { settings, settings with { ClassBalance = 1 }, settings with { ClassBalance = 0.5 },
            settings with { ClassWeights = [0.3f, 3] }, settings with { LogitAdjustment = 1 } })
        {
            Model model = new Trainer(unequal, OriginalArchitectures.MicroExpNet(8, 8, blank.Labels), blank)
                .Run(null, TestContext.Current.CancellationToken).Model;
            float[] logits = new float[2];
            new Network(model).Run(new byte[64], 1, logits);
            Assert.Equal(Math.Log(4), logits[0] - logits[1], 0.4);
        }
    }

    [Fact]
    public void A_class_without_faces_or_without_weight_is_never_the_answer()
    {
        FaceDataSet data = new(
            "blank", "made up", ["a", "b", "c"],
            [.. Enumerable.Range(0, 200).Select(i => new FaceSample($"{i}", new GrayImage(new byte[64], 8, 8), i % 2))], []);
        FaceDataSet all = data with { Samples = [.. data.Samples.Select((sample, i) => sample with { Label = i % 3 })] };
        TrainingOptions settings = Settings(false) with { Epochs = 3, KeepProbability = 1, Augmentation = AugmentationOptions.None };
        foreach ((TrainingOptions options, FaceDataSet faces) in new[]
        {
            (settings with { LogitAdjustment = 1 }, data), (settings with { ClassBalance = 0.5 }, data),
            (settings with { ClassWeights = [1, 1, 0] }, all), (settings with { ClassWeights = [1, 1, 0] }, data),
        })
        {
            Model model = new Trainer(options, OriginalArchitectures.MicroExpNet(8, 8, data.Labels), faces)
                .Run(null, TestContext.Current.CancellationToken).Model;
            float[] logits = new float[3];
            new Network(model).Run(new byte[64], 1, logits);
            Assert.True(logits[2] < Math.Min(logits[0], logits[1]) - 4, string.Join(' ', logits));
        }
    }

    [Fact]
    public void Logit_adjustment_learns_and_keeps_the_frequencies()
    {
        // Twice as many of the first class: unadjusted and adjusted training both end in a model that knows.
        FaceDataSet all = Shapes.Create(192);
        FaceDataSet unequal = all.Select("unequal", Enumerable.Range(0, 192).Where(i => i % 3 == 0 || i % 6 < 3));
        TrainingResult result = new Trainer(
            Settings(false) with { Epochs = 8, LogitAdjustment = 1 }, Network(false), unequal)
        { Validation = all }.Run(
            null, TestContext.Current.CancellationToken);
        Assert.True(result.Validation!.Accuracy > 0.9);
        Assert.Equal(0.5f, result.Model.Card.ClassFrequencies[0], 0.01);
    }

    private static TrainingEngine Engine(TrainingOptions settings)
    {
        TrainingEngine engine = new(settings, Network(false), Shapes.Create(96), []);
        ParameterInitializer.Initialize(engine.Network, engine.Parameters.Span, 1);
        engine.Parameters.Span.CopyTo(engine.Average.Span);
        return engine;
    }

    private static TrainingOptions Settings(bool residual) => new()
    {
        Epochs = 2,
        BatchSize = residual ? 32 : 24,
        LearningRate = 3e-3,
        Schedule = ScheduleKind.OneCycle,
        Optimizer = OptimizerKind.AdamW,
        WeightDecay = 0.01,
        WeightAverage = 0.9,
        BatchNormalization = residual,
        KeepProbability = 0.8,
        Augmentation = AugmentationOptions.None with { Brightness = 0.1, Shift = 0.02 },
        Threads = 2,
    };

    private static Architecture Network(bool residual, int classes = 3)
    {
        string[] labels = [.. Enumerable.Range(0, classes).Select(i => $"place{i}")];
        return residual
            ? ResidualArchitectures.Residual("small", [8, 16], inputSize: 24, labels: labels)
            : OriginalArchitectures.MicroExpNet(24, 24, labels);
    }

    private static byte[] Bytes(TrainingOptions settings, bool residual) =>
        Save(new Trainer(settings, Network(residual), Shapes.Create(192)) { Validation = Shapes.Create(48, seed: 2) }.Run(
            null, TestContext.Current.CancellationToken).Model);

    private static byte[] Save(Model model)
    {
        using MemoryStream file = new();
        model.Save(file);
        return file.ToArray();
    }

    private static void StopAt(TrainingProgress progress, long step, CancellationTokenSource source)
    {
        if (progress.Step == step) source.Cancel();
    }

    private Trainer Resumable(TrainingOptions settings, bool residual) => new(settings, Network(residual), Shapes.Create(192))
    {
        Validation = Shapes.Create(48, seed: 2),
        CheckpointPath = Checkpoint,
        ReportInterval = TimeSpan.Zero,
    };
}
