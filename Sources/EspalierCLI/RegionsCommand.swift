internal import ArgumentParser
internal import BigInt
internal import Certificates
internal import Espalier
internal import ModelIO
internal import NeuralNetwork
internal import StrictJSON

/// `espalier regions`: how many linear regions a network has, exactly.
struct RegionsCommand: ParsableCommand {
  /// What is counted: one definition, or all six.
  enum Wanted: String, ExpressibleByArgument, CaseIterable {
    case activation, patterns, pieces, maps, all
  }

  static let configuration = CommandConfiguration(
    commandName: "regions",
    abstract: "Counts the linear regions of a network on an input domain, exactly.",
    discussion: """
      Definitions (docs/regions.md explains them): activation (R2, the default) counts activation \
      patterns that a set with an inside has; patterns (R1) also those on thinner sets; pieces (R4) \
      connected open sets with one affine map; maps (R6) affine maps. all gives these and brackets \
      for R3 and R5.

      Only activation regions have certificates (-o). A count that a limit or a signal stops ends \
      with status 2 and tells what is proved: the regions found, and an upper bound.
      """)

  @Argument(help: "The model: .onnx, .nnet, .npz or .json.")
  var model: String

  @OptionGroup(title: "Input domain") var domain: DomainOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How many layers count, from the first; all without it.", valueName: "count"))
  var layers: Int?

  @Option(name: .long, help: "What is counted: activation, patterns, pieces, maps or all.")
  var definition = Wanted.activation

  @Option(
    name: .long,
    help: """
      How: auto (faces for few inputs, else cells), faces, cells, exact, polygons (two inputs), \
      enumeration (CBC with no-good cuts; what it calls complete is a claim).
      """)
  var engine = RegionMethod.auto

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp(
      "Where the certificate goes; a name in .jsonl has it written line by line.",
      valueName: "cert.jsonl"))
  var output: String?

  @Flag(name: .long, help: "Count without certificate; many times faster.")
  var noProof = false

  @Flag(name: .long, help: "Print bounds on the number of regions instead of counting them.")
  var bounds = false

  @OptionGroup(title: "Bounds") var bounding: RegionBoundOptions

  @OptionGroup(title: "Limits") var limits: RegionLimits

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A file that keeps what is done: the same command goes on from there after any end.",
      valueName: "journal"))
  var resume: String?

  @Option(name: .long, help: "Threads; 0 for one per core. The count does not depend on it.")
  var jobs = 0

  @Option(name: .long, help: "The seed of all random numbers.")
  var seed: UInt64 = 1

  @Flag(name: .long, help: "Print JSON instead of a table.")
  var json = false

  /// Set by the program itself when it runs a solver in a process of its own.
  @Flag(name: .long, help: .hidden)
  var solverProcess = false

  @OptionGroup var verbosity: VerbosityOptions

  func validate() throws {
    if !(0...256).contains(jobs) {
      throw ValidationError("--jobs: expected 0 to 256, found \(jobs).")
    }
    if output != nil, noProof {
      throw ValidationError("-o and --no-proof exclude each other.")
    }
    if output != nil, bounds || definition != .activation || engine.regionEngine == nil {
      throw ValidationError(
        "-o: only a count of activation regions by auto, faces, cells or exact has a certificate.")
    }
    let isOneTree = definition == .activation || definition == .patterns
    if resume != nil, bounds || !isOneTree || engine.regionEngine == nil {
      throw ValidationError(
        "--resume: only a count of activation regions or patterns by auto, faces, cells or exact "
          + "can be resumed.")
    }
    if engine.regionEngine == nil, definition != .activation {
      throw ValidationError("--engine \(engine.rawValue) counts activation regions only.")
    }
  }

  func run() throws {
    var isStopped = false
    if !solverProcess, engine == .enumeration || bounds && bounding.trials > 0 {
      try ExitStatus.catching { try ChildRun.run(adding: "--solver-process") }
      return
    }
    try ExitStatus.catching {
      let run = try RegionRun(self)
      if bounds {
        isStopped = try RegionBoundRun(run, bounding, seed: seed).report(asJSON: json)
      } else if engine == .enumeration {
        isStopped = try EnumerationRun(run).report(asJSON: json)
      } else {
        isStopped = try run.report()
      }
    }
    if isStopped { throw ExitCode(ExitStatus.limit) }
  }
}

/// The ways to count that a user can ask for.
enum RegionMethod: String, ExpressibleByArgument, CaseIterable {
  case auto, faces, cells, exact, polygons, enumeration

  /// The engine of the region tree; nil for the ways that make none.
  var regionEngine: RegionEngine? { RegionEngine(rawValue: rawValue) }
}
