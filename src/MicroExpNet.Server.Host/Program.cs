using MicroExpNet.Server.Host;

return await ServerCommand.RunAsync(args, Console.Out, Console.Error);
