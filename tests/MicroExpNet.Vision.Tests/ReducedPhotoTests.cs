using MicroExpNet.Models;
using MicroExpNet.Tests;
using SkiaSharp;

namespace MicroExpNet.Vision.Tests;

/// <summary>Large JPEG files that are decoded to fewer pixels, where the smallest face allows it.</summary>
public sealed class ReducedPhotoTests : IDisposable
{
    // Four times the sample's, and odd.
    private const int Side = 2051;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mexp-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(24, 1)]
    [InlineData(95, 1)]
    [InlineData(96, 2)]
    [InlineData(191, 2)]
    [InlineData(192, 4)]
    [InlineData(384, 8)]
    [InlineData(100_000, 8)]
    public void The_smallest_face_keeps_the_48_pixels_that_the_model_reads(int minFace, int expected)
    {
        PhotoClassifier classifier = new(Classifier(antialias: true), Detector(minFace));
        Assert.Equal(expected, classifier.Reduce(PhotoLimits.Default, FaceSelection.All).MaxReduction);
        Assert.Equal(expected, classifier.Reduce(PhotoLimits.Default, FaceSelection.Largest).MaxReduction);
        Assert.Equal(1, classifier.Reduce(PhotoLimits.Default, FaceSelection.Whole).MaxReduction);
        Assert.Equal(1, classifier.Reduce(PhotoLimits.Default, FaceSelection.AllOrWhole).MaxReduction);
    }

    [Fact]
    public void A_model_that_skips_pixels_and_a_detector_of_others_get_them_all()
    {
        PhotoClassifier skips = new(Classifier(antialias: false), Detector(minFace: 400));
        PhotoClassifier others = new(Classifier(antialias: true), new Others()), whole = new(Classifier(antialias: true), detector: null);
        foreach (PhotoClassifier classifier in new[] { skips, others, whole })
        {
            Assert.Equal(PhotoLimits.Default, classifier.Reduce(PhotoLimits.Default, FaceSelection.All));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Reduced_values_are_the_means_of_the_whole_picture_s_in_every_orientation(int reduction)
    {
        byte[] jpeg = Jpeg();
        for (byte orientation = 1; orientation <= 8; orientation++)
        {
            byte[] exif = [.. "MM\0\x2A"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
            byte[] turned = [.. jpeg[..2], 0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. exif, .. jpeg[2..]];
            using GrayPhoto whole = GrayPhoto.Load(turned, "whole.jpg");
            using GrayPhoto photo = GrayPhoto.Load(turned, "it.jpg", PhotoLimits.Default with { MaxReduction = reduction });
            Assert.Equal(reduction, photo.Reduction);
            Assert.Equal((whole.Width, whole.Height), (photo.FullWidth, photo.FullHeight));
            int side = PictureCodec.Reduced(Side, reduction);
            Assert.Equal((side, side), (photo.Width, photo.Height));
            double error = 0;
            int count = 0;

            // Orientations that begin at another corner shift the blocks by a part of one, which is little of smooth pixels.
            for (int y = 1; y < photo.Height - 1; y += 7)
            {
                for (int x = 1; x < photo.Width - 1; x += 7, count++)
                {
                    error += Math.Abs(Mean(whole, x, y, reduction) - photo.View.Pixels[(y * photo.Width) + x]);
                }
            }

            Assert.InRange(error / count, 0, 3);
        }
    }

    [Fact]
    public void Both_decoders_give_the_same_reduced_pixels()
    {
        Assert.SkipUnless(TurboJpeg.IsInstalled, "libjpeg-turbo is not installed");
        byte[] jpeg = Jpeg();
        foreach (int reduction in new[] { 2, 4, 8 })
        {
            using PictureCodec codec = PictureCodec.Open(jpeg, out _)!;
            codec.Reduce(reduction);
            byte[] expected = new byte[codec.Width * codec.Height * 4], found = new byte[expected.Length];
            Assert.Equal(SKCodecResult.Success, codec.Decode(expected));
            Assert.True(TurboJpeg.TryDecode(jpeg, found, codec.Width, codec.Height, reduction));
            Assert.True(expected.AsSpan().SequenceEqual(found), $"reduced by {reduction}");
        }
    }

    [Theory]
    [InlineData(96)]
    [InlineData(200)]
    public void A_file_s_faces_are_those_of_the_whole_picture_in_its_pixels(int minFace)
    {
        string path = Write("it.jpg", Jpeg());
        PhotoRecognizer recognizer = new(ExpressionRecognizer.Default, Detector(minFace));
        PhotoClassifier classifier = new(Classifier(antialias: true), Detector(minFace));
        using GrayPhoto whole = GrayPhoto.Load(path);
        RecognizedFace expected = Assert.Single(recognizer.Recognize(whole));
        RecognizedFace found = Assert.Single(recognizer.RecognizeFile(path));
        Assert.NotEqual(expected.Box, found.Box);
        foreach ((int a, int b) in Sides(expected.Box!.Value).Zip(Sides(found.Box!.Value))) Assert.InRange(b, a - 12, a + 12);
        EyePositions eyes = expected.Face!.Value.Eyes!.Value, foundEyes = found.Face!.Value.Eyes!.Value;
        Assert.Equal(eyes.LeftX, foundEyes.LeftX, 0.02 * found.Box.Value.Width);
        Assert.Equal(eyes.RightY, foundEyes.RightY, 0.02 * found.Box.Value.Width);
        Assert.Equal(Expression.Happy, found.Scores.Top);
        Assert.Equal(expected.Scores.TopProbability, found.Scores.TopProbability, 0.01);

        ClassifiedFace classified = Assert.Single(classifier.ClassifyFile(path));
        Assert.Equal((found.Face, found.Scores.TopProbability), (classified.Face, classified.Scores.TopProbability));
    }

    [Fact]
    public void A_file_that_cannot_be_reduced_has_the_faces_of_its_photo()
    {
        string small = Write("small.jpg", Jpeg(700)), large = Write("it.jpg", Jpeg());
        string png = Write("it.png", Encode(SKEncodedImageFormat.Png, Side));
        foreach ((string path, int minFace) in new[] { (small, 200), (png, 200), (large, 24) })
        {
            PhotoRecognizer recognizer = new(ExpressionRecognizer.Default, Detector(minFace));
            using GrayPhoto whole = GrayPhoto.Load(path);
            RecognizedFace expected = Assert.Single(recognizer.Recognize(whole)), found = Assert.Single(recognizer.RecognizeFile(path));
            Assert.Equal((expected.Face, expected.Scores.TopProbability), (found.Face, found.Scores.TopProbability));
        }
    }

    [Fact]
    public void A_file_that_is_cut_short_has_the_warning_or_the_failure_of_the_whole_picture()
    {
        byte[] jpeg = Jpeg();
        foreach (int share in new[] { 5, 14, 16, 19 })
        {
            byte[] cut = jpeg[..(jpeg.Length * share / 20)];
            Assert.Equal(Outcome(cut, PhotoLimits.Default), Outcome(cut, PhotoLimits.Default with { MaxReduction = 8 }));
        }

        static string? Outcome(byte[] file, PhotoLimits limits)
        {
            try
            {
                using GrayPhoto photo = GrayPhoto.Load(file, "cut.jpg", limits);
                return photo.Warning;
            }
            catch (PhotoFormatException e)
            {
                return e.Message;
            }
        }
    }

    private static FaceClassifier Classifier(bool antialias)
    {
        Model model = ExpressionRecognizer.Default.Network.Model;
        return new FaceClassifier(model.WithCard(model.Card with { Antialias = antialias }));
    }

    private static FaceDetector Detector(int minFace) => FaceDetector.Default.With(new FaceDetectorOptions { MinFace = minFace });

    private static int[] Sides(FaceBox box) => [box.X, box.Y, box.X + box.Width, box.Y + box.Height];

    private static double Mean(GrayPhoto photo, int x, int y, int reduction)
    {
        int sum = 0;
        for (int i = 0; i < reduction * reduction; i++)
        {
            sum += photo.View.Pixels[(((y * reduction) + (i / reduction)) * photo.Width) + (x * reduction) + (i % reduction)];
        }

        return (double)sum / (reduction * reduction);
    }

    private static byte[] Jpeg(int side = Side) => Encode(SKEncodedImageFormat.Jpeg, side);

    private static byte[] Encode(SKEncodedImageFormat format, int side)
    {
        using SKBitmap sample = SKBitmap.Decode(ReferenceData.Repository("samples/astronaut.png"));
        using SKBitmap large = sample.Resize(new SKSizeI(side, side), new SKSamplingOptions(SKFilterMode.Linear));
        using SKData data = large.Encode(format, 90);
        return data.ToArray();
    }

    private string Write(string name, byte[] content)
    {
        string path = Path.Join(_folder.FullName, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    private sealed class Others : IFaceDetector
    {
        public IReadOnlyList<DetectedFace> Detect(ImageView image) => [];
    }
}
