internal import ArgumentParser
internal import Certificates
internal import ModelIO
internal import NeuralNetwork
internal import StrictJSON

/// The command `espalier-check`: no solver, no floating-point decision, no tolerance.
@main
struct EspalierCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "espalier-check",
    abstract: "Accepts or rejects a certificate by exact arithmetic alone.",
    discussion: """
      Exit statuses: 0 accepted; 1 rejected, naming the rule and the place; 64 wrong usage; \
      65 a model cannot be read; 74 a file cannot be read or written.
      """,
    version: "0.1.0")

  @Argument(help: ArgumentHelp("The certificate.", valueName: "cert.json"))
  var certificate: String

  @Argument(help: ArgumentHelp("The model that it speaks of.", valueName: "model"))
  var model: String

  @Argument(
    help: ArgumentHelp(
      "The model that was written, if the certificate has a pruning.", valueName: "small"))
  var small: String?

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  @Flag(name: [.short, .long], help: "Print nothing; the exit status says it.")
  var quiet = false

  func run() throws {
    do {
      let bytes = try InputFile.read(path: certificate)
      let original = try Self.checkedModel(model)
      let result = try small.map(Self.checkedModel)
      do throws(CheckFailure) {
        let certificate = try Certificate(decoding: bytes)
        try CertificateChecker.check(certificate, model: original, result: result)
        try say(accepted: certificate)
      } catch {
        try say(rejected: error)
        throw ExitCode(1)
      }
    } catch let error as ModelError {
      Self.printError("error: \(error)")
      throw ExitCode(error.isInputOutputError ? 74 : 65)
    } catch let error as OutputFile.WriteError {
      Self.printError("error: \(error)")
      throw ExitCode(74)
    }
  }

  private static func checkedModel(_ path: String) throws(ModelError) -> CheckedModel {
    let imported = try ModelReader.read(path: path)
    return CheckedModel(files: imported.files, network: imported.network)
  }

  // MARK: Results

  private func say(accepted certificate: Certificate) throws {
    if quiet { return }
    let counts = Stability.allCases.map { stability in
      (stability.rawValue, certificate.verdicts.count { $0.stability == stability })
    }
    if json {
      try write(
        JSONWriter.write(
          .members(
            ("format", .string("espalier-check/1")), ("accepted", .bool(true)),
            ("verdicts", .object(counts.map { JSONMember(key: $0.0, value: .integer($0.1)) })),
            ("steps", .integer(certificate.steps.count)),
            ("points", .integer(certificate.points.count)),
            ("rewrites", .integer(certificate.pruning?.rewrites.count ?? 0)))))
      return
    }
    let verdicts = counts.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
    let pruning = certificate.pruning.map { "; \($0.rewrites.count) rewrites" } ?? ""
    let line =
      "accepted: \(verdicts); \(certificate.steps.count) steps, "
      + "\(certificate.points.count) points\(pruning)\n"
    try write(Array(line.utf8))
  }

  private func say(rejected failure: CheckFailure) throws {
    if quiet { return }
    if json {
      try write(
        JSONWriter.write(
          .members(
            ("format", .string("espalier-check/1")), ("accepted", .bool(false)),
            ("rule", .string(failure.rule.rawValue)), ("place", .string(failure.place)),
            ("expected", .string(failure.expected)), ("found", .string(failure.found)))))
      return
    }
    try write(Array("rejected: \(failure)\n".utf8))
  }

  private func write(_ bytes: [UInt8]) throws {
    try StandardOutput.write(bytes)
  }

  private static func printError(_ line: String) { StandardOutput.printError(line) }
}
