package io.citytally.local.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class FewColorsTest {

  /** A page of one color with a strip of 1,000 others. */
  private static BufferedImage page() {
    BufferedImage page = new BufferedImage(1000, 20, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < 1000; x++) {
      for (int y = 0; y < 20; y++) {
        page.setRGB(x, y, y == 0 ? x * 50 : 0x0d6b5d);
      }
    }
    return page;
  }

  private static byte[] png(BufferedImage image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }

  @Test
  void keepsTheFrequentColorsAndTheSize() throws IOException {
    BufferedImage reduced = ImageIO.read(new ByteArrayInputStream(FewColors.reduce(png(page()))));

    assertThat(reduced.getWidth()).isEqualTo(1000);
    assertThat(reduced.getHeight()).isEqualTo(20);
    assertThat(reduced.getColorModel()).isInstanceOf(IndexColorModel.class);
    assertThat(reduced.getRGB(500, 10) & 0xffffff).isEqualTo(0x0d6b5d);
  }

  @Test
  void leavesAPictureOfFewColorsAsItIs() throws IOException {
    BufferedImage two = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    two.setRGB(0, 0, 0xfcfcfb);
    two.setRGB(1, 0, 0x15191d);

    BufferedImage reduced = ImageIO.read(new ByteArrayInputStream(FewColors.reduce(png(two))));

    assertThat(reduced.getRGB(0, 0) & 0xffffff).isEqualTo(0xfcfcfb);
    assertThat(reduced.getRGB(1, 0) & 0xffffff).isEqualTo(0x15191d);
  }
}
