internal import ArgumentParser
internal import Certificates
internal import Espalier
internal import ModelIO
internal import NeuralNetwork
internal import StrictJSON

/// `espalier stability`: a verdict on every hidden unit.
struct StabilityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stability",
    abstract: "Decides what every ReLU unit does on the whole input domain, with proof.",
    discussion: """
      Ends with status 2 if a limit left units undecided; the certificate then holds what is \
      proved. SIGINT and SIGTERM end the search the same way.
      """)

  @Argument(help: "The model: .onnx, .nnet, .npz or .json.")
  var model: String

  @OptionGroup(title: "Input domain") var domain: DomainOptions

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp(
      "Where the certificate goes; a name in .jsonl has it written line by line as it is found.",
      valueName: "cert.json"))
  var output: String?

  @OptionGroup(title: "Search") var search: SearchOptions

  @Flag(name: .long, help: "List every unit, not only counts.")
  var units = false

  @Flag(name: .long, help: "Print JSON instead of tables.")
  var json = false

  @OptionGroup var verbosity: VerbosityOptions

  func run() throws {
    var undecidedCount = 0
    try ExitStatus.catching {
      if let output, OutputFile.isSameFile(output, model) {
        throw UsageError("-o: the model would be overwritten; name another file")
      }
      let stop = StopSignals(timeLimit: search.timeLimit)
      let start = ContinuousClock.now
      let (imported, domain) = try domain.read(model, verbosity)
      let lines = try output.flatMap { try lineFile($0, imported, domain) }
      let result = try StabilityRun(
        model: imported, domain: domain, search: search, verbosity: verbosity, lines: lines
      ).result(stop)
      if let lines {
        try lines.finish(result)
      } else if let output {
        let certificate = result.certificate(files: imported.files, producer: StabilityRun.producer)
        try OutputFile.write(certificate.encoded, to: output)
      }
      let report = StabilityReport(
        verdicts: result.verdicts, widths: imported.network.layers.map(\.unitCount))
      undecidedCount = report.undecidedCount
      try show(report, imported, domain, seconds: (ContinuousClock.now - start).seconds)
    }
    try StabilityRun.reportLimit(undecidedCount: undecidedCount, verbosity)
  }

  // MARK: Analysis

  /// The file that takes the steps as they are found; nil if the certificate is one document.
  private func lineFile(
    _ output: String, _ imported: ImportedModel, _ domain: InputDomain
  ) throws -> CertificateFile? {
    guard CertificateFile.isInLines(output) else { return nil }
    return try CertificateFile(
      path: output,
      head: StabilityAnalysis.head(
        network: imported.network, domain: domain, files: imported.files,
        producer: StabilityRun.producer),
      concurrency: Threads.concurrency(search.jobCount))
  }

  // MARK: Results

  private func show(
    _ report: StabilityReport, _ imported: ImportedModel, _ domain: InputDomain, seconds: Double
  ) throws {
    guard json else {
      var lines = [
        "\(imported.files[0].name): \(imported.network.reluUnits.count) relu units, "
          + "\(domain.summary), \(ShortNumber.text(seconds)) s"
      ]
      lines += [""] + report.layerTable.lines
      if units { lines += [""] + report.unitTable.lines }
      if let output { lines += ["", "certificate: \(output)"] }
      try Console.write(lines)
      if output == nil {
        verbosity.note("note: no certificate was written; -o cert.json writes one.")
      }
      return
    }
    let head = [
      JSONMember(key: "format", value: .string("espalier-stability/1")),
      JSONMember(key: "model", value: .string(imported.files[0].name)),
      JSONMember(key: "files", value: .array(imported.files.map(fileJSON))),
      JSONMember(key: "networkDigest", value: .string(imported.network.digest)),
      JSONMember(key: "domain", value: domain.json),
      JSONMember(key: "producer", value: .string(StabilityRun.producer)),
      JSONMember(key: "certificate", value: output.map(JSONValue.string) ?? .null),
      JSONMember(key: "run", value: try search.json(seconds: seconds)),
    ]
    try StandardOutput.write(JSONWriter.write(.object(head + report.json)))
  }
}

extension StabilityCommand {
  private func fileJSON(_ file: FileDigest) -> JSONValue {
    .members(("name", .string(file.name)), ("sha256", .string(file.sha256)))
  }
}

extension Duration {
  /// The duration in seconds.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
