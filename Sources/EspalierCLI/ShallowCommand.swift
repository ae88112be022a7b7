internal import ArgumentParser
internal import Espalier
internal import ModelIO

/// `espalier shallow`: a network with two hidden layers that equals a deeper one outside of slabs.
struct ShallowCommand: ParsableCommand {
  /// Which patterns get a block.
  enum Patterns: String, ExpressibleByArgument, CaseIterable {
    case regions, all
  }

  /// How numbers are stored.
  enum StoredType: String, ExpressibleByArgument, CaseIterable {
    case float32, float64
  }

  static let configuration = CommandConfiguration(
    commandName: "shallow",
    abstract: "Writes a network with two hidden layers that equals the model outside of slabs.",
    discussion: """
      One block of units per linear region (--patterns regions) or per activation pattern of the \
      open units (all). The number of units does not depend on the slab; docs/shallow.md has the \
      formula and the proof. With one region the result is one affine map.

      A network that would be too large, and a search for regions that a limit stops (without \
      --max-regions at 10,000), end with status 2, and nothing is written.
      """)

  /// The regions after which the search ends, unless --max-regions says otherwise.
  static let regionLimit = 10_000

  @Argument(help: "The model: .onnx, .nnet, .npz or .json.")
  var model: String

  @OptionGroup(title: "Input domain") var domain: DomainOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Widths of slabs in values of units, rounded down to powers of two; the least is written.",
      valueName: "width,…"))
  var slab: String

  @Option(name: .long, help: "Which patterns get a block: regions or all.")
  var patterns = Patterns.regions

  @Option(
    name: .long,
    help: "The type of the written numbers: float64, or float32, where more rounds.")
  var type = StoredType.float64

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("Where the network goes.", valueName: "shallow.onnx"))
  var output: String?

  @Option(name: .long, help: "Random points at which the networks are compared.")
  var samples = 10_000

  @OptionGroup(title: "Limits") var limits: RegionLimits

  @Option(name: .long, help: "The most weights and biases that the network may have.")
  var maxParameters = 10_000_000

  @Option(name: .long, help: "Threads; 0 for one per core. The network does not depend on it.")
  var jobs = 0

  @Option(name: .long, help: "The seed of all random numbers.")
  var seed: UInt64 = 1

  @Flag(name: .long, help: "Print JSON instead of tables.")
  var json = false

  @OptionGroup var verbosity: VerbosityOptions

  /// The widths, largest first.
  var widths: [Double] {
    slab.split(separator: ",", omittingEmptySubsequences: false)
      .map { Double($0) ?? .nan }.sorted(by: >)
  }

  func validate() throws {
    guard widths.allSatisfy({ (0x1p-200...0x1p200).contains($0) }) else {
      throw ValidationError(
        "--slab: expected positive numbers such as 0.1,0.01, found \"\(slab)\".")
    }
    if let output, !output.hasSuffix(".onnx") {
      throw ValidationError("-o: expected a name ending in .onnx, found \"\(output)\".")
    }
    if !(0...256).contains(jobs) {
      throw ValidationError("--jobs: expected 0 to 256, found \(jobs).")
    }
    if !(0...10_000_000).contains(samples) {
      throw ValidationError("--samples: expected 0 to 10000000, found \(samples).")
    }
    if maxParameters < 1 {
      throw ValidationError("--max-parameters: expected at least 1, found \(maxParameters).")
    }
  }

  func run() throws {
    var isStopped = false
    try ExitStatus.catching { isStopped = try ShallowRun(self).report() }
    if isStopped { throw ExitCode(ExitStatus.limit) }
  }
}
