Console.WriteLine("Usage: OriginalScript <imagePath> <modelDir>");
