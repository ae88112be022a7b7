internal import ArgumentParser
internal import Certificates
internal import ModelIO
internal import NeuralNetwork

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
      let verdict = try check()
      if !quiet { try StandardOutput.write(json ? verdict.json : verdict.line) }
      if case .rejected = verdict { throw ExitCode(1) }
    } catch let error as ModelError {
      StandardOutput.printError("error: \(error)")
      throw ExitCode(error.isInputOutputError ? 74 : 65)
    } catch let error as OutputFile.WriteError {
      StandardOutput.printError("error: \(error)")
      throw ExitCode(74)
    }
  }

  private func check() throws(ModelError) -> CheckVerdict {
    let bytes = try InputFile.read(path: certificate)
    let original = try Self.checkedModel(model)
    let result = try small.map(Self.checkedModel)
    do throws(CheckFailure) {
      let certificate = try Certificate(decoding: bytes)
      try CertificateChecker.check(certificate, model: original, result: result)
      return .accepted(certificate)
    } catch {
      return .rejected(error)
    }
  }

  private static func checkedModel(_ path: String) throws(ModelError) -> CheckedModel {
    let imported = try ModelReader.read(path: path)
    return CheckedModel(
      files: imported.files, network: imported.network, outputMaps: imported.outputMaps,
      plainLayerCount: imported.plainLayerCount)
  }
}
