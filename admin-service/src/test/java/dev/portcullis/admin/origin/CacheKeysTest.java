package dev.portcullis.admin.origin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.service.Gateways;
import dev.portcullis.admin.service.TokenPolicy;
import dev.portcullis.admin.store.CacheKeyTable.Named;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import dev.portcullis.proto.origin.v1.CacheKey;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which key gateways are told. The histories of a shared database are shown with PostgreSQL. */
class CacheKeysTest extends OriginFixture {
    @Test
    void databaseOfOneProcess_hasAKeyForEachStart() {
        CacheKeys keys = new CacheKeys(test.store(), false, new SecureRandom());
        CacheKey key = keys.current();
        assertThat(key.getId()).matches("[A-Za-z0-9_-]{1,32}");
        assertThat(key.getKey().size()).isEqualTo(32);
        assertThat(keys.current()).isEqualTo(key);
        CacheKey next = new CacheKeys(test.store(), false, new SecureRandom()).current();
        assertThat(next.getId()).isNotEqualTo(key.getId());
        assertThat(next.getKey()).isNotEqualTo(key.getKey());
    }

    @Test
    void keyEndsWithAnEnrolment_andNobodyGoesOnWithIt() {
        CacheKeys keys = new CacheKeys(test.store(), false, new SecureRandom());
        Gateways gateways = new Gateways(
                test.store(), TokenPolicy.defaults(),
                new TokenMint(new TokenFormat("pc"), new SecureRandom()), new SecureRandom(),
                List::of);
        gateways.enroll(system, "edge-1");
        CacheKey key = keys.current();
        gateways.remove(system, "edge-1");
        CacheKey next = keys.current();
        assertThat(next.getId()).isNotEqualTo(key.getId());
        assertThat(next.getKey()).isNotEqualTo(key.getKey());
        assertThat(keys.current()).isEqualTo(next);
    }

    @Test
    void whatStandsInAFile_isNoKeyByItself() {
        CacheKey key = new CacheKeys(test.store(), false, new SecureRandom()).current();
        assertThat(test.store().read(t -> t.cacheKeys().find()).key())
                .isNotEqualTo(key.getKey().toByteArray());
    }

    @Test
    void historyThatCannotBeTold_hasNoKey() {
        // this database knows none of the words it is asked with
        assertThat(new CacheKeys(test.store(), true, new SecureRandom()).current()).isNull();
    }

    @Test
    void ofTwoWhoMakeAKeyAtOnce_theFirstCounts() {
        Named one = new Named("a-1", new byte[32]);
        test.store().write(t -> {
            t.cacheKeys().replace(null, one);
            t.cacheKeys().replace(null, new Named("b-1", new byte[32]));
            return null;
        });
        assertThat(test.store().read(t -> t.cacheKeys().find()).id()).isEqualTo("a-1");
        test.store().write(t -> {
            t.cacheKeys().replace("a-1", new Named("c-1", new byte[32]));
            t.cacheKeys().replace("a-1", new Named("d-1", new byte[32]));
            return null;
        });
        assertThat(test.store().read(t -> t.cacheKeys().find()).id()).isEqualTo("c-1");
        assertThat(one).hasToString("key a-1");
    }
}
