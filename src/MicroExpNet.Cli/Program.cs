Console.WriteLine("mexp");
