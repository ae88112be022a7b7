internal import ArgumentParser
internal import Certificates
internal import Espalier
internal import ExactArithmetic
internal import ModelIO
internal import NeuralNetwork
internal import StrictJSON

/// `espalier diff`: how far two models differ on a domain.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Bounds the difference of two models on a domain, with proof and witness.",
    discussion: """
      For every output, |a - b| on the domain lies between a lower bound, shown by an input that is \
      evaluated exactly, and an upper bound that is proved. Questions are answered with yes \
      (proved), no (with an input) or undecided.

      Where several outputs of a model are largest, each of them is its class; two models disagree \
      where they have no class in common.

      Ends with status 0 if all answers are yes, or, without a question, if the bracket is closed; \
      1 if an answer is no; 2 if a limit left something undecided.
      """)

  @Argument(help: ArgumentHelp("The first model.", valueName: "a"))
  var first: String

  @Argument(help: ArgumentHelp("The second model.", valueName: "b"))
  var second: String

  @OptionGroup(title: "Input domain") var domain: DomainOptions

  @OptionGroup(title: "Questions") var questions: DiffQuestions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The certificate that prune wrote for this pair: bounds from its rewrite log, no search.",
      valueName: "cert.json"))
  var certificate: String?

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("Where the witness input goes.", valueName: "witness.npy"))
  var output: String?

  @OptionGroup(title: "Search") var search: SearchOptions

  @Flag(name: .long, help: "Print JSON instead of a table.")
  var json = false

  @OptionGroup var verbosity: VerbosityOptions

  func run() throws {
    var status: Int32 = 0
    try ExitStatus.catching {
      let stop = StopSignals(timeLimit: search.timeLimit)
      let start = ContinuousClock.now
      let pair = try DiffPair(first: first, second: second)
      pair.first.summary.notes.forEach { verbosity.note("note: \(first): \($0)") }
      pair.second.summary.notes.forEach { verbosity.note("note: \(second): \($0)") }
      try checkPaths()
      if questions.argmax && pair.first.network.outputCount < 2 {
        throw UsageError("--argmax: expected models with at least 2 outputs, found 1")
      }
      let options = try questions.options(search: try search.analysisOptions)
      let (result, domain) = try result(pair, options, stop)
      let report = DifferenceReport(result, options: options)
      if let output { try save(result, report, pair, to: output) }
      try show(report, pair, domain, seconds: (ContinuousClock.now - start).seconds)
      status = Self.status(of: result)
      if status == ExitStatus.limit {
        verbosity.note("note: something is undecided: a limit was met, or engines were left out.")
      }
    }
    if status != 0 { throw ExitCode(status) }
  }

  private func checkPaths() throws {
    guard let output else { return }
    for input in [first, second, certificate].compactMap({ $0 })
    where OutputFile.isSameFile(output, input) {
      throw UsageError("-o: an input would be overwritten; name another file")
    }
  }

  private static func status(of result: DifferenceResult) -> Int32 {
    if result.answers.contains(.violated) { return ExitStatus.no }
    if result.answers.isEmpty {
      return result.isClosed || result.source == .certificate ? 0 : ExitStatus.limit
    }
    return result.answers.allSatisfy { $0 == .holds } ? 0 : ExitStatus.limit
  }

  // MARK: Analysis

  private func result(
    _ pair: DiffPair, _ options: DifferenceOptions, _ stop: StopSignals
  ) throws -> (DifferenceResult, InputDomain) {
    if let certificate {
      guard domain.isEmpty else {
        throw UsageError("--certificate brings its domain: leave --box, --center and --domain out")
      }
      let read = try Certificate(reading: try InputFile.read(path: certificate))
      let result = try CertifiedDifference(
        read, first: pair.first.checked, second: pair.second.checked
      )
      .result(options: options)
      return (result, read.domain)
    }
    let (domain, notes) = try domain.resolve(for: pair.first)
    notes.forEach { verbosity.note("note: \($0)") }
    let progress = StatusLine(isShown: verbosity.showsProgress)
    defer { progress.clear() }
    let analysis = try DifferenceAnalysis(
      first: pair.first.analyzed, second: pair.second.analyzed, domain: domain, options: options,
      samples: try search.readSamples(inputCount: pair.first.network.inputCount),
      environment: .init(
        makeDecider: { network in
          try UnitDeciders.make(
            network, domain, jobCount: search.jobCount, usesWorkers: try search.needsWorkers,
            workerProgram: search.workerProgram, verbosity: verbosity)
        },
        stopReason: { stop.reason() }, remainingSeconds: { stop.remainingSeconds },
        onProgress: { progress.show($0) }))
    return (try analysis.run(), domain)
  }

  // MARK: Results

  private func save(
    _ result: DifferenceResult, _ report: DifferenceReport, _ pair: DiffPair, to path: String
  ) throws {
    guard let witness = report.mainWitness else { return }
    let point = result.points[witness].map(\.approximation)
    let isFloat32 =
      pair.first.network.scalarType == .float32
      && point.allSatisfy { Double(Float($0)) == $0 }
    try OutputFile.write(
      NPYWriter.bytes(of: point, type: isFloat32 ? .float32 : .float64), to: path)
  }

  private func show(
    _ report: DifferenceReport, _ pair: DiffPair, _ domain: InputDomain, seconds: Double
  ) throws {
    let names = [pair.first, pair.second].map { $0.files[0].name }
    guard json else {
      var lines = [
        "\(names[0]) and \(names[1]): \(domain.summary), \(ShortNumber.text(seconds)) s", "",
      ]
      lines += report.table.lines + [""] + report.lines
      if let output, let witness = report.mainWitness {
        lines += ["", "witness \(witness): \(output)"]
      }
      try Console.write(lines)
      return
    }
    let head = [
      JSONMember(key: "format", value: .string("espalier-diff/1")),
      JSONMember(key: "models", value: .array(names.map(JSONValue.string))),
      JSONMember(
        key: "networkDigests",
        value: .array([pair.first, pair.second].map { .string($0.network.digest) })),
      JSONMember(key: "domain", value: domain.json),
      JSONMember(key: "questions", value: questions.json),
      JSONMember(key: "run", value: try search.json(seconds: seconds)),
    ]
    try StandardOutput.write(JSONWriter.write(.object(head + report.json)))
  }
}

extension ImportedModel {
  /// The model as the analysis of differences sees it.
  fileprivate var analyzed: DifferenceAnalysis.Model {
    .init(network: network, plainLayerCount: plainLayerCount)
  }
}
