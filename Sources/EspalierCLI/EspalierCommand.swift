internal import ArgumentParser

/// The command `espalier`.
@main
struct EspalierCommand: ParsableCommand {
  /// The version of the program.
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "espalier",
    abstract: """
      Proves which hidden units of a ReLU network never bend, removes what is idle, and counts \
      linear regions.
      """,
    discussion: """
      Results go to standard output or to the file named with -o; all else to standard error.

      Exit statuses: 0 done; 1 a question of diff is answered with no; 2 a limit was met and something is undecided (what is proved is \
      written); 64 wrong usage; 65 a file or domain is not usable; 70 a solver ended its \
      process; 74 a file cannot be read or written.
      """,
    version: version,
    subcommands: [
      InspectCommand.self, StabilityCommand.self, PlanCommand.self, PruneCommand.self,
      ConvertCommand.self, RegionsCommand.self, DrawCommand.self, DiffCommand.self,
      ShallowCommand.self,
      WorkerCommandLine.self,
    ])

  static func main() {
    KernelChoice.restartIfNeeded()
    main(nil)
  }
}
