import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;

/** Asks veraPDF about each PDF of a folder that falls to part X of Y: FOLDER X Y PROFILE…; prints a line "file TAB profile TAB failures", failures "-" for none. */
public class Check {
    public static void main(String[] arguments) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        int part = Integer.parseInt(arguments[1]), parts = Integer.parseInt(arguments[2]), number = 0;
        try (var files = Files.list(Path.of(arguments[0]))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".pdf")).sorted().toList()) {
                if (number++ % parts != part) continue;
                for (int index = 3; index < arguments.length; index++) {
                    System.out.println(file.getFileName() + "\t" + arguments[index] + "\t" + failures(file, arguments[index]));
                }
            }
        }
    }

    private static String failures(Path file, String name) throws Exception {
        String resource = "org/verapdf/pdfa/validation/" + name + ".xml";
        try (InputStream rules = Check.class.getClassLoader().getResourceAsStream(resource)) {
            ValidationProfile profile = Profiles.profileFromXml(rules);
            try (InputStream content = new FileInputStream(file.toFile());
                    PDFAParser parser = Foundries.defaultInstance().createParser(content, profile.getPDFAFlavour());
                    PDFAValidator validator = Foundries.defaultInstance().createValidator(profile, false)) {
                ValidationResult result = validator.validate(parser);
                var found = new TreeSet<String>();
                for (TestAssertion assertion : result.getTestAssertions()) {
                    if (assertion.getStatus() != TestAssertion.Status.PASSED) {
                        found.add(assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber());
                    }
                }
                if (!result.isCompliant() && found.isEmpty()) found.add("not compliant");
                return found.isEmpty() ? "-" : String.join(" ", found);
            }
        }
    }
}
