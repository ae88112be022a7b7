internal import ArgumentParser
internal import Certificates
internal import ModelIO

/// `espalier convert`: the same certificate in the other form.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Writes a certificate as one document (.json) or in lines (.jsonl).",
    discussion: """
      What the certificate says stays the same, so both forms are accepted or rejected alike. \
      Nothing is checked here but the form.
      """)

  @Argument(
    help: ArgumentHelp("The certificate, in either form.", valueName: "cert"))
  var certificate: String

  @Argument(
    help: ArgumentHelp(
      "Where it goes: .json for one document, .jsonl for lines.", valueName: "output"))
  var output: String

  @OptionGroup var verbosity: VerbosityOptions

  func run() throws {
    try ExitStatus.catching {
      guard output.hasSuffix(".json") || CertificateFile.isInLines(output) else {
        throw UsageError("expected a name ending in .json or .jsonl, found \"\(output)\"")
      }
      guard !OutputFile.isSameFile(certificate, output) else {
        throw UsageError("the certificate would be overwritten; name another file")
      }
      let read = try Certificate(reading: try InputFile.read(path: certificate))
      try OutputFile.write(CertificateFile.bytes(of: read, for: output), to: output)
      verbosity.note("certificate: \(output)")
    }
  }
}
