internal import ArgumentParser
internal import Espalier
internal import ModelIO
internal import StrictJSON

/// What the search may use, and when it ends.
struct SearchOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The engines that may be used: samples, bounds, boxes, slopes, tree, cbc, exact, or all.",
      valueName: "list"))
  var engine = "all"

  @Option(
    name: .long, help: ArgumentHelp("Seconds for the whole run.", valueName: "seconds"))
  var timeLimit: Double?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Seconds for one unit query; a worker that takes longer is replaced.", valueName: "seconds"))
  var unitTimeLimit = 300.0

  @Option(
    name: .long,
    help: """
      Branch-and-bound nodes for one unit query; ten times as many of linear bounds, and boxes.
      """)
  var nodeLimit = 20_000

  @Option(name: .long, help: "Worker processes; 0 for one per core.")
  var jobs = 0

  @Option(name: .long, help: "The seed of all random numbers.")
  var seed: UInt64 = 1

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Inputs to try first, one per row of a NumPy .npy file.", valueName: "x.npy"))
  var samples: String?

  /// For tests: another program that is run as a worker.
  @Option(name: .long, help: .hidden)
  var workerProgram: String?

  func validate() throws {
    for (name, value) in [
      ("--time-limit", timeLimit), ("--unit-time-limit", Optional(unitTimeLimit)),
    ] {
      if let value, !(value > 0 && value.isFinite) {
        throw ValidationError("\(name): expected a positive number of seconds, found \(value).")
      }
    }
    if nodeLimit < 1 {
      throw ValidationError("--node-limit: expected at least 1, found \(nodeLimit).")
    }
    if !(0...256).contains(jobs) {
      throw ValidationError("--jobs: expected 0 to 256, found \(jobs).")
    }
    _ = try parsedEngines()
  }

  /// The options of the analysis.
  var analysisOptions: AnalysisOptions {
    get throws {
      AnalysisOptions(
        engines: try parsedEngines(), seed: seed, nodeLimit: nodeLimit, unitSeconds: unitTimeLimit)
    }
  }

  /// True if an engine is asked for that works unit by unit in worker processes.
  var needsWorkers: Bool {
    get throws { !(try parsedEngines().isDisjoint(with: [.slopes, .tree, .cbc, .exact])) }
  }

  /// The number of worker processes.
  var jobCount: Int { Threads.count(asked: jobs) }

  /// The inputs that the user gave.
  func readSamples(inputCount: Int) throws -> [[Double]] {
    guard let samples else { return [] }
    return try InputArrays.inputs(samples, count: inputCount)
  }

  /// What a run report says about the search.
  func json(seconds: Double) throws -> JSONValue {
    .members(
      ("engines", .array(try parsedEngines().sorted().map { .string($0.rawValue) })),
      ("seed", .number(String(seed))), ("jobs", .integer(jobCount)),
      ("nodeLimit", .integer(nodeLimit)),
      ("timeLimit", timeLimit.map { .number("\($0)") } ?? .null),
      ("unitTimeLimit", .number("\(unitTimeLimit)")), ("seconds", .number("\(seconds)")))
  }

  private func parsedEngines() throws -> Set<Engine> {
    if engine == "all" { return Set(Engine.allCases) }
    let names = engine.split(separator: ",", omittingEmptySubsequences: false)
    return Set(
      try names.map { name in
        guard let engine = Engine(rawValue: String(name)) else {
          let known = Engine.allCases.map(\.rawValue).joined(separator: ", ")
          throw ValidationError("--engine: expected some of \(known), or all; found \"\(name)\".")
        }
        return engine
      })
  }
}
