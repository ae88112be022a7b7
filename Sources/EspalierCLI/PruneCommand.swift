internal import ArgumentParser
internal import Certificates
internal import Espalier
internal import ModelIO
internal import NeuralNetwork
internal import StrictJSON

/// `espalier prune`: applies the removal plan.
struct PruneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Writes the smaller model that a certificate allows, and extends the certificate.",
    discussion: """
      The certificate gains the rewrite log and the digest of the written file; espalier-check \
      then accepts it only together with both models.
      """)

  @Argument(help: "The model: .onnx, .nnet, .npz or .json.")
  var model: String

  @Option(
    name: .long,
    help: ArgumentHelp("The certificate of the model, in either form.", valueName: "cert.json"))
  var certificate: String

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("Where the smaller model goes.", valueName: "small.onnx"))
  var output: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where the extended certificate goes; without it, --certificate is replaced.",
      valueName: "cert.json"))
  var outputCertificate: String?

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  @OptionGroup var verbosity: VerbosityOptions

  func run() throws {
    try ExitStatus.catching {
      guard output.hasSuffix(".onnx") else {
        throw UsageError("-o: expected a name ending in .onnx, found \"\(output)\"")
      }
      guard !OutputFile.isSameFile(output, model), !OutputFile.isSameFile(output, certificate),
        outputCertificate.map({ !OutputFile.isSameFile($0, model) && $0 != output }) ?? true
      else { throw UsageError("-o: an input would be overwritten; name another file") }
      let certified = try CertifiedModel(
        certificatePath: certificate, modelPath: model, options: RemovalOptions())
      let plan = certified.plan
      let bytes = try ModelWriter.onnx(
        plan.network, origins: plan.working.layers.map { $0.isFolded ? nil : $0.index },
        replacing: certified.model, metadata: [])
      let file = FileDigest(
        name: InputFile.name(of: output), sha256: SHA256.hexDigest(of: bytes))
      var extended = certified.certificate
      extended.pruning = plan.pruning(file: file, isPlain: true)
      let target = outputCertificate ?? certificate
      try OutputFile.write([
        (bytes, output), (CertificateFile.bytes(of: extended, for: target), target),
      ])
      let report = PlanReport(plan, domain: certified.certificate.domain)
      if json {
        try StandardOutput.write(JSONWriter.write(report.json))
      } else {
        try Console.write(
          report.layerTable.lines + [
            "", report.promise, report.domainLine,
          ] + report.levelLines + [
            "", "model: \(output)", "certificate: \(target)",
          ])
      }
    }
  }
}
