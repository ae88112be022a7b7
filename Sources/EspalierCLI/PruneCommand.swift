internal import ArgumentParser
internal import Espalier
internal import ModelIO
internal import StrictJSON

/// `espalier prune`: applies the removal plan.
struct PruneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Writes a smaller model that is the same on the domain, and a certificate of that.",
    discussion: """
      With --certificate, the verdicts are those of the certificate; without, the units are decided \
      first, on the domain given. The certificate gains the rewrite log and the digest of the \
      written file; espalier-check then accepts it only together with both models.

      Ends with status 2 if a limit left units undecided; the model is written all the same.
      """)

  @Argument(help: "The model: .onnx, .nnet, .npz or .json.")
  var model: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The certificate of the model, in either form; it names the domain.",
      valueName: "cert.json"))
  var certificate: String?

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("Where the smaller model goes.", valueName: "small.onnx"))
  var output: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where the extended certificate goes; without it, --certificate is replaced, or a file "
        + "beside the smaller model is written (small.cert.json).",
      valueName: "cert.json"))
  var outputCertificate: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Also writes a small ONNX model that says whether an input lies in the domain.",
      valueName: "guard.onnx"))
  var `guard`: String?

  @OptionGroup(title: "Removal") var removal: RemovalArguments

  @OptionGroup(title: "Input domain") var domain: DomainOptions

  @OptionGroup(title: "Search") var search: SearchOptions

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  @OptionGroup var verbosity: VerbosityOptions

  func run() throws {
    var undecidedCount = 0
    try ExitStatus.catching {
      try checkPaths()
      let certified = try certifiedModel()
      undecidedCount = certified.certificate.verdicts.count { $0.stability == .undecided }
      let run = PruneRun(
        certified: certified, plan: try certified.plan(removal), output: output,
        certificateOutput: outputCertificate ?? certificate ?? defaultCertificate,
        guardOutput: `guard`)
      let report = try run.write(seed: search.seed)
      if json {
        try StandardOutput.write(JSONWriter.write(report.json))
      } else {
        try Console.write(report.lines)
      }
    }
    if certificate == nil {
      try StabilityRun.reportLimit(undecidedCount: undecidedCount, verbosity)
    }
  }

  private var defaultCertificate: String { output.dropLast(".onnx".count) + ".cert.json" }

  private func certifiedModel() throws -> CertifiedModel {
    if let certificate {
      guard domain.isEmpty else {
        throw UsageError("--certificate names the domain: leave out the options that name another")
      }
      return try CertifiedModel(certificatePath: certificate, modelPath: model)
    }
    let stop = StopSignals(timeLimit: search.timeLimit)
    let (imported, domain) = try domain.read(model, verbosity)
    let run = StabilityRun(
      model: imported, domain: domain, search: search, verbosity: verbosity)
    return CertifiedModel(imported, try run.result(stop))
  }

  private func checkPaths() throws {
    for (name, path) in [("-o", output), ("--guard", `guard`)] {
      guard let path, !path.hasSuffix(".onnx") else { continue }
      throw UsageError("\(name): expected a name ending in .onnx, found \"\(path)\"")
    }
    let outputs = [output, outputCertificate, `guard`].compactMap { $0 }
    for (i, path) in outputs.enumerated() {
      guard !OutputFile.isSameFile(path, model),
        path == outputCertificate
          || !(certificate.map { OutputFile.isSameFile(path, $0) } ?? false),
        !outputs[..<i].contains(path)
      else { throw UsageError("-o: a file would be overwritten; name another file: \(path)") }
    }
  }
}
