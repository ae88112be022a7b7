internal import ArgumentParser
internal import Espalier
internal import ModelIO
internal import StrictJSON

/// `espalier plan`: what could be removed, without removing it.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Shows what a certificate allows to remove, why, and what that saves.")

  @Argument(help: ArgumentHelp("The certificate.", valueName: "cert.json"))
  var certificate: String

  @Argument(
    help: ArgumentHelp(
      "The model; without it, the file that the certificate names, in the same folder.",
      valueName: "model"))
  var model: String?

  @OptionGroup(title: "Removal") var removal: RemovalArguments

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  @OptionGroup var verbosity: VerbosityOptions

  func run() throws {
    try ExitStatus.catching {
      let certified = try CertifiedModel(
        certificatePath: certificate, modelPath: model)
      let plan = try certified.plan(removal)
      let report = PlanReport(plan, domain: certified.certificate.domain)
      guard !json else {
        try StandardOutput.write(JSONWriter.write(report.json))
        return
      }
      var lines =
        report.itemTable.lines + [""] + report.layerTable.lines + [""] + report.ruleTable.lines
      lines += ["", report.promise, report.domainLine] + report.levelLines
      if !plan.unreadInputs.isEmpty {
        lines.append("\(plan.unreadInputs.count) inputs are read by no unit afterwards.")
      }
      try Console.write(lines)
    }
  }
}
