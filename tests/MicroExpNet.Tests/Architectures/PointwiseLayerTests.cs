using System.Runtime.InteropServices;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Models;
using MicroExpNet.Models.Onnx;
using MicroExpNet.Tests.Models;
using Architecture = MicroExpNet.Architectures.Architecture;

namespace MicroExpNet.Tests.Architectures;

/// <summary>Every pointwise layer of the list, on every instruction set, against its definition and ONNX Runtime.</summary>
public class PointwiseLayerTests
{
    public static TheoryData<string> Names => [.. PointwiseCase.Names];

    // −110 to 110, densest around 0, in rows that fill no whole number of vectors.
    private static float[] Arguments =>
        [.. Enumerable.Range(0, 3 * 67).Select(i => (i - 100) / 100f).Select(x => (110 * x * x * x) + (x / 7)), 0, -0f, 1e-6f];

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_are_those_of_the_definition_with_the_same_bits_on_every_instruction_set(string name)
    {
        PointwiseCase own = PointwiseCase.Of(name);
        float[] arguments = Arguments;
        TensorShape shape = new(4, 51, 1);
        Model model = new(new Architecture("a", shape, [own.Make("f", Layer.NetworkInput, shape)], ["y"]), [null], new ModelCard());
        byte[]? first = null;
        foreach (KernelTarget target in KernelTarget.Supported)
        {
            float[] values = new float[arguments.Length];
            new Network(model, target).Run(arguments, 1, values);
            for (int i = 0; i < values.Length; i++)
            {
                double expected = own.Formula(arguments[i]), difference = Math.Abs(expected - values[i]);
                Assert.True(
                    difference <= 5e-7 * Math.Max(1, Math.Abs(expected)),
                    $"{target}: f({arguments[i]}) is {values[i]}; expected {expected}");

                // What approaches 0 does so with small relative errors, as far as floats are normal numbers; the error function's are
                // absolute,
                // and so are those where a hard function leaves its bounds.
                if (name.Contains("error", StringComparison.Ordinal) || name.Contains("hard", StringComparison.Ordinal)) continue;
                Assert.True(
                    difference <= (6e-7 * Math.Abs(expected)) + 2e-38, $"{target}: f({arguments[i]}) is {values[i]}; expected {expected}");
            }

            byte[] bytes = MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
            Assert.Equal(first ??= bytes, bytes);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_no_number_stays_none(string name)
    {
        PointwiseLayer layer = PointwiseCase.Of(name).Make("f", Layer.NetworkInput, TensorShape.Vector(1));
        foreach (KernelTarget target in KernelTarget.Supported) Assert.Equal(float.NaN, layer.Accept(new ValueOf(target, float.NaN)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Files_agree_with_onnx_runtime_and_survive_reading(string name)
    {
        TensorShape shape = new(5, 7, 3);
        ArchitectureBuilder builder = new ArchitectureBuilder("a", shape).Convolution("c", 3, 1, 9);
        builder.Append(PointwiseCase.Of(name).Make("f", 0, new TensorShape(5, 7, 9))).Flatten("flat").FullyConnected("y", 4);
        Model model = RandomModels.Fill(builder.Build(["a", "b", "c", "d"]), seed: 3);
        float[] images = RandomModels.Image(shape, 2, seed: 4);
        float[] expected = OnnxRuntime.Run(model, images, 2), actual = new float[8];
        new Network(model).Run(images, 2, actual);
        Assert.InRange(OnnxRuntime.Difference(expected, actual), 0, 1e-5);
        byte[] file = OnnxRuntime.ToBytes(model);
        Model read = Model.Load(new MemoryStream(file));
        Assert.Equal<Layer>(model.Architecture.Layers, read.Architecture.Layers);
        Assert.Equal(file, OnnxRuntime.ToBytes(read));
    }

    [Fact]
    public void Every_pointwise_layer_is_tested_written_and_read()
    {
        TensorShape shape = new(2, 2, 2);
        HashSet<Type> tested = [.. PointwiseCase.All.Select(own => own.Make("f", -1, shape).GetType())];
        Type[] layers = [.. typeof(Layer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(PointwiseLayer)) && !type.IsAbstract)];
        Assert.Equal([.. layers.Select(type => type.Name).Order()], tested.Select(type => type.Name).Order());
        foreach (PointwiseCase own in PointwiseCase.All)
        {
            OnnxOperator operation = OnnxOperators.Of(own.Make("f", -1, shape));
            Assert.Same(operation, OnnxOperators.Find(operation.Name));
        }
    }

    [Fact]
    public void The_page_about_model_files_names_every_operator()
    {
        string page = File.ReadAllText(Path.Combine(RepositoryFolder.Path, "docs", "model-file.md"));
        Assert.All(OnnxOperators.Names, name => Assert.Matches($@"\b{name}\b", page));
    }

    // A function's value for one argument, computed by an instruction set's vectors.
    private sealed class ValueOf(KernelTarget target, float argument) : IPointwiseVisitor<float>
    {
        public float Visit<TFunction>(TFunction function)
            where TFunction : struct, IPointwiseFunction => target.Call(new Call<TFunction>(function, argument));
    }

    private sealed class Call<TFunction>(TFunction function, float argument) : ILanesFunction<float>
        where TFunction : struct, IPointwiseFunction
    {
        unsafe float ILanesFunction<float>.Call<TLanes, TVector>()
        {
            float* values = stackalloc float[TLanes.Count];
            TLanes.Store(function.Invoke<TLanes, TVector, float>(TLanes.Broadcast(argument)), values);
            return values[0];
        }
    }
}
